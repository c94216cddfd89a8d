import { BASE_DENOM } from "#app/chain.js";
import { formatAddress } from "#core/crypto/address.js";
import { deriveAccount } from "#core/crypto/hd.js";
import { coin } from "#core/primitives/coin.js";
import { addGenesisAccount } from "#node/genesis/genesisAccounts.js";
import { genesisModules } from "#node/genesis/createGenesis.js";
import type { GenesisDoc } from "#node/genesis/genesisDoc.js";
import { Keyring } from "#node/keyring/keyring.js";
import { newMnemonic } from "#sdk/signer/newMnemonic.js";
import { signerFromMnemonic } from "#sdk/signer/signerFromMnemonic.js";
import type { Testnet } from "../initFiles.js";

/** Name of the faucet's key in the keyring of the first node. */
const FAUCET_KEY = "faucet";

/** Ten million NES, as much as the common account has. */
const FAUCET_FUNDS = 10_000_000_000_000n;

/** A key for the faucet of a new network. */
export interface FaucetKey {
  /** Adds the funded account to the genesis file. */
  readonly adaptGenesis: (doc: GenesisDoc) => GenesisDoc;
  /** Puts the key into the keyring of the first node, when its home is there. */
  readonly keep: (net: Testnet) => Promise<void>;
}

/** Makes the key of a faucet; it is nobody else's, so that its sequence is in nobody's way. */
export function newFaucetKey(): FaucetKey {
  const mnemonic = newMnemonic();
  const { address } = signerFromMnemonic(mnemonic);
  const account = { address, coins: [coin(BASE_DENOM, FAUCET_FUNDS)] };
  return {
    adaptGenesis: (doc) => addGenesisAccount(doc, genesisModules(), account),
    keep: async (net) => {
      await keyringOf(net)?.add(FAUCET_KEY, deriveAccount(mnemonic).privateKey);
    },
  };
}

/** The key that a network's faucet pays from: its own, else the common account's. */
export function faucetKeyOf(net: Testnet): { readonly name: string; readonly address: string } {
  const found = keyringOf(net)?.find(FAUCET_KEY);
  if (found === undefined) return net.user;
  return { name: found.name, address: formatAddress("account", found.address) };
}

function keyringOf({ nodes: [first] }: Testnet): Keyring | undefined {
  if (first === undefined) return undefined;
  return Keyring.open(first.home.root, "test", () => Promise.resolve(""));
}
