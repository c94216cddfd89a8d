import { networkInterfaces } from "node:os";
import { type Command, InvalidArgumentError, Option } from "commander";
import { BASE_DENOM } from "#app/chain.js";
import type { CommissionRates } from "#core/codec/generated/cosmos/staking/v1beta1.js";
import { parseDec } from "#core/primitives/dec.js";
import { amountOf, parseCoin } from "#core/primitives/coin.js";
import { writeGenesisTx } from "#node/genesis/collectGenesisTxs.js";
import { readGenesisDoc } from "#node/genesis/genesisDoc.js";
import { createGenesisTx } from "#node/genesis/genesisTx.js";
import { readCometConfig } from "#node/home/cometConfig.js";
import { readConsensusKey, readNodeId } from "#node/home/cometKeys.js";
import { formatEndpoint } from "#node/home/endpoint.js";
import { readProviderKey } from "#node/home/providerKey.js";
import { wrongUse } from "../../errors.js";
import { addExamples, addKeyringFlag } from "../../flags.js";
import type { CommandIo } from "../../io.js";
import { runs, type Session } from "../../session.js";

interface GentxFlags {
  readonly moniker?: string;
  readonly ip?: string;
  /** Decimals of 18 digits without a point, as staking has them. */
  readonly commissionRate: string;
  readonly commissionMaxRate: string;
  readonly commissionMaxChangeRate: string;
}

/** Adds `genesis gentx`. */
export function registerGentx(genesis: Command, io: CommandIo): void {
  const command = genesis
    .command("gentx <key> <stake>")
    .summary("sign the transaction that creates this validator")
    .description(
      "Signs the transaction with which this node's validator enters the genesis file and registers as a provider.",
    )
    .option("--moniker <name>", "name of the validator (default: the node's)")
    .option("--ip <address>", "address at which other nodes reach this one (default: this host's)")
    .addOption(fractionOption("--commission-rate", "commission now", "0.1"))
    .addOption(fractionOption("--commission-max-rate", "highest commission ever", "0.2"))
    .addOption(fractionOption("--commission-max-change-rate", "highest change a day", "0.01"));
  addKeyringFlag(command);
  addExamples(command, "aivmd genesis gentx alice 100000000unes --ip 203.0.113.7");
  runs<GentxFlags>(command, io, gentx);
}

async function gentx(session: Session, flags: GentxFlags, args: readonly string[]): Promise<void> {
  const [key = "", stakeText = ""] = args;
  const { home, terminal } = session;
  const stake = parseStake(stakeText);
  const comet = readCometConfig(home.cometConfig);
  const nodeId = readNodeId(home.nodeKey);
  const host = flags.ip ?? reachableAddress(comet.p2p.host);
  const validator = {
    chainId: readGenesisDoc(home.genesis).chain_id,
    moniker: flags.moniker ?? comet.moniker,
    stake,
    consensusKey: readConsensusKey(home.consensusKey).publicKey,
    vrfSeed: readProviderKey(home.providerKey).vrfSeed,
    peer: `${nodeId}@${formatEndpoint({ host, port: comet.p2p.port })}`,
    commission: commissionOf(flags),
  };
  const tx = await createGenesisTx(validator, session.openKeyring(), key);
  const path = writeGenesisTx(home.genesisTxs, nodeId, tx);
  const { peer } = validator;
  terminal.show({ path, peer }, () => `wrote ${path}\nothers reach this node at ${peer}`);
}

function commissionOf(flags: GentxFlags): CommissionRates {
  const { commissionRate: rate, commissionMaxRate: maxRate } = flags;
  return { rate, maxRate, maxChangeRate: flags.commissionMaxChangeRate };
}

function parseStake(text: string): bigint {
  const stake = parseCoin(text);
  if (stake?.denom === BASE_DENOM && amountOf(stake) > 0n) return amountOf(stake);
  throw wrongUse({
    problem: `${text}: a stake is a positive amount such as 100000000${BASE_DENOM}`,
  });
}

/** What the node listens on, where that is one address; else the first address of this host. */
function reachableAddress(listened: string): string {
  if (listened !== "" && listened !== "0.0.0.0" && listened !== "::") return listened;
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const outward = addresses.find(({ family, internal }) => family === "IPv4" && !internal);
  return outward?.address ?? "127.0.0.1";
}

function fractionOption(flag: string, description: string, fallback: string): Option {
  return new Option(`${flag} <part>`, description)
    .argParser(fraction)
    .default(fraction(fallback), fallback);
}

function fraction(text: string): string {
  const value = parseDec(text);
  if (value !== undefined && value <= 10n ** 18n) return value.toString();
  throw new InvalidArgumentError("It must be a decimal from 0 to 1, such as 0.1.");
}
