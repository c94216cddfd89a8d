import type { Command } from "commander";
import { formatAddress } from "#core/crypto/address.js";
import { areCanonicalCoins, type Coin, formatCoins, parseCoin } from "#core/primitives/coin.js";
import { genesisModules } from "#node/genesis/createGenesis.js";
import { addGenesisAccount } from "#node/genesis/genesisAccounts.js";
import { readGenesisDoc, writeGenesisDoc } from "#node/genesis/genesisDoc.js";
import { wrongUse } from "../../errors.js";
import { addExamples, addKeyringFlag } from "../../flags.js";
import type { CommandIo } from "../../io.js";
import { runs, type Session } from "../../session.js";

/** Adds `genesis add-account`. */
export function registerAddAccount(genesis: Command, io: CommandIo): void {
  const command = genesis
    .command("add-account <address-or-key> <coins>")
    .alias("add-genesis-account")
    .description("Adds an account with coins to the genesis file.");
  addKeyringFlag(command);
  addExamples(
    command,
    "aivmd genesis add-account alice 1000000000unes",
    "aivmd genesis add-account nesa1… 1000000000unes,5other --home /srv/aivm",
  );
  runs(command, io, addAccount);
}

function addAccount(session: Session, _flags: object, args: readonly string[]): void {
  const [account = "", text = ""] = args;
  const { home, terminal } = session;
  const address = addressOf(session, account);
  const coins = parseCoins(text);
  const doc = readGenesisDoc(home.genesis);
  writeGenesisDoc(home.genesis, addGenesisAccount(doc, genesisModules(), { address, coins }));
  terminal.show({ address, coins }, () => `added ${address} with ${formatCoins(coins)}`);
}

/** Names of keys cannot be addresses: those are checked by their checksum later. */
function addressOf(session: Session, account: string): string {
  const key = session.openKeyring().find(account);
  if (key !== undefined) return formatAddress("account", key.address);
  if (account.startsWith("nesa1")) return account;
  throw wrongUse({ problem: `${account}: neither an address nor the name of a key` });
}

/** Coins in any order, each denomination once; fails with `cli/2`. */
export function parseCoins(text: string): readonly Coin[] {
  const coins = text.split(",").map((part) => {
    const coin = parseCoin(part.trim());
    if (coin === undefined) throw wrongUse({ problem: `${part}: must be coins such as 5unes` });
    return coin;
  });
  const sorted = coins.sort((one, other) => (one.denom < other.denom ? -1 : 1));
  if (areCanonicalCoins(sorted)) return sorted;
  throw wrongUse({ problem: `${text}: coins are positive, and each denomination stands once` });
}
