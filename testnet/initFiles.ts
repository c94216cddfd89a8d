import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { formatAddress } from "#core/crypto/address.js";
import { deriveAccount } from "#core/crypto/hd.js";
import { newMnemonic } from "#sdk/signer/newMnemonic.js";
import { signerFromMnemonic } from "#sdk/signer/signerFromMnemonic.js";
import { collectGenesisTxs, writeGenesisTx } from "#node/genesis/collectGenesisTxs.js";
import { genesisModules } from "#node/genesis/createGenesis.js";
import { checkChainId, type GenesisDoc, writeGenesisDoc } from "#node/genesis/genesisDoc.js";
import { createGenesisTx } from "#node/genesis/genesisTx.js";
import { validateGenesisDoc } from "#node/genesis/validateGenesis.js";
import type { CometSetting } from "#node/home/cometConfig.js";
import { Keyring } from "#node/keyring/keyring.js";
import { badValidatorCount, folderNotEmpty } from "./errors.js";
import { type NetworkNode, networkNode, OPERATOR_KEY, TEST_USER } from "./network.js";
import { type AppSetting, type NodeIdentity, writeNodeHome, writePeers } from "./nodeHome.js";
import type { NodePorts } from "./ports.js";
import { TEST_STAKE, testGenesis } from "./testGenesis.js";

/** How a test network is made. */
export interface TestnetOptions {
  /** Where the homes `node0`, `node1`, … go; must not exist, or be empty. */
  readonly folder: string;
  /** 1 to 10. */
  readonly validators: number;
  readonly chainId: string;
  /** Time of the genesis file: blocks begin then. */
  readonly time: Date;
  /** Path of the CometBFT binary. */
  readonly comet: string;
  /** Of the account that everybody may use; {@link TEST_USER}'s unless given. */
  readonly userMnemonic?: string;
  /** Ports of each node; `localPorts` unless given. */
  readonly ports?: readonly NodePorts[];
  /** Changes the genesis file before the validators sign themselves in. */
  readonly adaptGenesis?: (doc: GenesisDoc) => GenesisDoc;
  /** Settings of every node's `config.toml` and `app.toml` on top of the usual ones. */
  readonly cometSettings?: readonly CometSetting[];
  readonly appSettings?: readonly AppSetting[];
  /** Told after each node's files are made. */
  readonly onNode?: (node: NetworkNode) => void;
}

/** A test network whose files are there. */
export interface Testnet {
  readonly chainId: string;
  readonly nodes: readonly NetworkNode[];
  readonly user: { readonly name: string; readonly address: string; readonly mnemonic: string };
}

/** Greatest number of validators that one machine is asked to run. */
const MAX_VALIDATORS = 10;

/**
 * Makes everything that a network of several validators on one machine needs: a home for each, with
 * settings, keys, an operator's key and the key of the common account in its plain keyring, and one
 * genesis file for all. The genesis file is checked by starting the chain from it in memory.
 *
 * Fails with `testnet/2`, `testnet/3`, `genesisfile/4`, and with the errors of files and CometBFT.
 */
export async function initTestnetFiles(options: TestnetOptions): Promise<Testnet> {
  const { validators, chainId } = options;
  if (!Number.isInteger(validators) || validators < 1 || validators > MAX_VALIDATORS) {
    throw badValidatorCount({ validators });
  }
  checkChainId(chainId);
  refuseUsedFolder(options.folder);
  const userMnemonic = options.userMnemonic ?? TEST_USER.mnemonic;
  const seats: Seat[] = [];
  for (let index = 0; index < validators; index++) {
    const seat = await takeSeat(options, userMnemonic, index);
    seats.push(seat);
    options.onNode?.(seat.node);
  }
  await writeGenesis(options, seats, userAddress(userMnemonic));
  const nodes = seats.map(({ node }) => node);
  const user = { name: TEST_USER.name, address: userAddress(userMnemonic), mnemonic: userMnemonic };
  return { chainId, nodes, user };
}

/** A validator of the network with its keys. */
interface Seat {
  readonly node: NetworkNode;
  readonly identity: NodeIdentity;
  readonly keyring: Keyring;
}

async function takeSeat(
  options: TestnetOptions,
  userMnemonic: string,
  index: number,
): Promise<Seat> {
  const { folder, comet, chainId, cometSettings = [], appSettings = [] } = options;
  const node = networkNode(folder, index, options.ports?.[index]);
  const { home, moniker, ports } = node;
  const settings = { cometSettings, appSettings };
  const identity = writeNodeHome({ home, comet, moniker, chainId, ports, ...settings });
  const keyring = Keyring.open(home.root, "test", noPassphrase);
  await keyring.add(OPERATOR_KEY, deriveAccount(newMnemonic()).privateKey);
  await keyring.add(TEST_USER.name, deriveAccount(userMnemonic).privateKey);
  return { node, identity, keyring };
}

/** Every validator signs itself in; then all get the same genesis file and each other's addresses. */
async function writeGenesis(
  options: TestnetOptions,
  seats: readonly Seat[],
  user: string,
): Promise<void> {
  const { chainId, time, adaptGenesis } = options;
  const operators = seats.map(({ keyring }) =>
    formatAddress("account", keyring.get(OPERATOR_KEY).address),
  );
  const fresh = testGenesis(genesisModules(), { chainId, time, operators, user });
  const draft = adaptGenesis?.(fresh) ?? fresh;
  const txFolder = join(resolve(options.folder), "gentxs");
  for (const { node, identity, keyring } of seats) {
    const { moniker } = node;
    const validator = { chainId, moniker, stake: TEST_STAKE, ...identity };
    writeGenesisTx(
      txFolder,
      identity.nodeId,
      await createGenesisTx(validator, keyring, OPERATOR_KEY),
    );
  }
  const { doc } = collectGenesisTxs(draft, txFolder);
  validateGenesisDoc(doc);
  for (const { node, identity } of seats) {
    writeGenesisDoc(node.home.genesis, doc);
    const others = seats.filter((seat) => seat.identity !== identity);
    writePeers(
      node.home,
      others.map(({ identity: { peer } }) => peer),
    );
  }
}

function userAddress(mnemonic: string): string {
  return signerFromMnemonic(mnemonic).address;
}

function refuseUsedFolder(folder: string): void {
  if (existsSync(folder) && readdirSync(folder).length > 0) throw folderNotEmpty({ folder });
}

function noPassphrase(): Promise<string> {
  return Promise.resolve("");
}
