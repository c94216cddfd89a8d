import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  QueryArtifactChunkRequest,
  QueryArtifactChunkResponse,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { headerHash } from "#core/comet/hashes.js";
import { sha256 } from "#core/crypto/hash.js";
import { concatBytes, toHex, toUpperHex } from "#core/primitives/bytes.js";
import { findComet } from "#node/comet/cometBinary.js";
import { readGenesisDoc, writeGenesisDoc } from "#node/genesis/genesisDoc.js";
import { type CometSetting, editCometConfig } from "#node/home/cometConfig.js";
import { readNodeId } from "#node/home/cometKeys.js";
import { SnapshotFolder } from "#node/snapshots/snapshotFolder.js";
import type { AivmClient } from "#sdk/client.js";
import { systemClock } from "#sdk/clock.js";
import { getResult } from "#sdk/inference/getResult.js";
import { findArtifact } from "#sdk/kernel/findArtifact.js";
import { uploadArtifact } from "#sdk/kernel/uploadArtifact.js";
import { storeProver } from "#sdk/light/storeProver.js";
import { trustFromHeader } from "#sdk/light/trustFromHeader.js";
import { callQuery } from "#sdk/query/callQuery.js";
import { commit } from "#sdk/rpc/commit.js";
import { status } from "#sdk/rpc/status.js";
import { signerFromMnemonic } from "#sdk/signer/signerFromMnemonic.js";
import { parseGasPrice } from "#sdk/tx/gasPrice.js";
import { SequenceTracker } from "#sdk/tx/sequenceTracker.js";
import { buildKernel } from "#testnet/kernelBundle.js";
import { networkNode } from "#testnet/network.js";
import { writeNodeHome, writePeers } from "#testnet/nodeHome.js";
import { freePorts } from "#testnet/process/freePorts.js";
import { showLogsOnFailure, TestNetwork } from "./network.js";
import { TestNode } from "./testNode.js";

const VALIDATORS = 4;
const INTERVAL = 10;
/** A node that looks for snapshots waits so long for peers to tell of theirs: CometBFT's least. */
const DISCOVERY_TIME = "5s";

/** Two chunks and a part. */
const LARGE_BYTES = 9 << 20;

const folder = fileURLToPath(new URL("../../kernels/digits", import.meta.url));

let network: TestNetwork;
let client: AivmClient;
let root: string;
let joining: TestNode | undefined;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "aivm-joining-"));
  network = await TestNetwork.start({
    validators: VALIDATORS,
    appSettings: [["state-sync.snapshot-interval", INTERVAL]],
  });
  client = await network.connect(0, { witnessRpc: network.node(1).url });
}, 180_000);

afterAll(async () => {
  await joining?.stop();
  await joining?.awaitCometEnd();
  await network.close();
  rmSync(root, { recursive: true });
}, 60_000);

showLogsOnFailure(() => network);

/** The home of a full node, which knows the genesis file and its peers and nothing else. */
async function newNode(settings: readonly CometSetting[]): Promise<TestNode> {
  const [ports] = await freePorts(1);
  const node = networkNode(root, VALIDATORS, ports);
  writeNodeHome({
    home: node.home,
    comet: findComet(process.env),
    moniker: node.moniker,
    chainId: network.chainId,
    ports: node.ports,
    cometSettings: [],
    appSettings: [["state-sync.snapshot-interval", INTERVAL]],
  });
  writeGenesisDoc(node.home.genesis, readGenesisDoc(network.node(0).home.genesis));
  const peers = network.nodes.map(
    ({ home, node: { ports: theirs } }) => `${readNodeId(home.nodeKey)}@127.0.0.1:${theirs.p2p}`,
  );
  writePeers(node.home, peers);
  // What an operator edits, and what `aivmd start` must leave alone.
  editCometConfig(node.home.cometConfig, settings);
  return new TestNode(node, {}, false);
}

/** Uploads bytes that make the state larger than a chunk of a snapshot. */
async function upload(bytes: Uint8Array): Promise<void> {
  const context = {
    rpc: network.node(0).rpc,
    chainId: network.chainId,
    clock: systemClock,
    signer: signerFromMnemonic(network.files.user.mnemonic),
    gasPrice: parseGasPrice("0.002unes"),
    sequences: new SequenceTracker(),
  };
  await uploadArtifact(context, bytes);
}

/** App hashes by height, as a node logged its commits. */
function committed(node: TestNode): ReadonlyMap<string, string> {
  const lines = node
    .log()
    .matchAll(/block committed height=([0-9]+) txs=[0-9]+ appHash=([0-9A-F]+)/g);
  return new Map([...lines].map(([, height = "", appHash = ""]) => [height, appHash]));
}

/** The bytes of an artifact, chunk by chunk, as a node answers them. */
async function artifactBytes(node: TestNode, digest: Uint8Array): Promise<Uint8Array> {
  const artifact = await findArtifact(node.rpc, { digest });
  const count = Number((artifact!.size + artifact!.chunkSize - 1n) / artifact!.chunkSize);
  const method = {
    path: "/aivm.kernel.v1.Query/ArtifactChunk",
    request: QueryArtifactChunkRequest,
    response: QueryArtifactChunkResponse,
  };
  const chunks: Uint8Array[] = [];
  for (let index = 0; index < count; index++) {
    const { response } = await callQuery(node.rpc, method, { digest, index: BigInt(index) });
    chunks.push(response.data);
  }
  return concatBytes(...chunks);
}

describe("a full node that joins a network of four validators by state sync", () => {
  test("fetches the state of its peers, serves it with proofs, and executes what follows", async () => {
    const bundle = await buildKernel(folder);
    const { version } = await client.publishKernel(bundle);
    const answer = await client.infer("digits", { image: Array.from({ length: 64 }, () => 7) });
    expect(answer.proof.verified).toBe(true);
    const large = createHash("shake256", { outputLength: LARGE_BYTES }).update("large").digest();
    await upload(large);

    // The next snapshots hold the answer, and stay until the one after the next is there.
    const answered = (await network.node(0).height())!;
    const due = (answered / BigInt(INTERVAL) + 1n) * BigInt(INTERVAL);
    await network.node(0).reaches(due + 2n);
    const trusted = await commit(network.node(0).rpc, due + 1n);
    const hash = headerHash(trusted.header);
    joining = await newNode([
      ["statesync.enable", true],
      ["statesync.rpc_servers", [0, 1].map((index) => network.node(index).url).join(",")],
      ["statesync.trust_height", Number(trusted.header.height)],
      ["statesync.trust_hash", toUpperHex(hash)],
      ["statesync.trust_period", "168h0m0s"],
      ["statesync.discovery_time", DISCOVERY_TIME],
    ]);
    joining.start();
    // Its RPC answers before it has state: the first height above 0 is one that it executed.
    await joining.reaches(due + 1n);
    const log = joining.log();
    expect(log).toMatch(/the state was restored from a snapshot height=[0-9]+/);
    const restored = BigInt(/restored from a snapshot height=([0-9]+)/.exec(log)![1]!);
    expect(restored).toBeGreaterThanOrEqual(due);
    expect(restored % BigInt(INTERVAL)).toBe(0n);
    const goal = await joining.reaches(restored + 5n);
    // It never executed what came before.
    const { earliestHeight } = await status(joining.rpc);
    expect(earliestHeight).toBe(restored + 1n);
    const own = committed(joining);
    expect(own.has(String(restored))).toBe(false);

    await network.node(0).reaches(goal);
    const theirs = committed(network.node(0));
    const shared = [...own].filter(([height]) => theirs.has(height));
    expect(shared.length).toBeGreaterThan(3);
    for (const [height, appHash] of shared) expect(appHash, height).toBe(theirs.get(height));

    const start = await commit(network.node(0).rpc, restored + 1n);
    const light = await trustFromHeader(
      { height: restored + 1n, hash: headerHash(start.header) },
      { primary: joining.rpc, witness: network.node(1).rpc },
    );
    const prover = storeProver(joining.rpc, light);
    const found = await getResult({ rpc: joining.rpc, prover }, answer.requestId);
    expect(found.proof.verified).toBe(true);
    const original = await getResult({ rpc: network.node(0).rpc }, answer.requestId);
    expect(found.result).toEqual(original.result);

    const [snapshot] = SnapshotFolder.open(network.node(0).home.snapshots).list();
    expect(snapshot?.chunks).toBeGreaterThan(2);
    for (const bytes of [...bundle.artifacts, large]) {
      const digest = sha256(bytes);
      expect(toHex(sha256(await artifactBytes(joining, digest)))).toBe(toHex(digest));
    }
    expect(version.id).toHaveLength(32);
  }, 300_000);

  test("follows new requests, and goes on after it was killed although state sync is still on", async () => {
    const answer = await client.infer("digits", { image: Array.from({ length: 64 }, () => 3) });
    const node = joining!;
    await node.reaches((await network.node(0).height())!);
    const { result } = await getResult({ rpc: node.rpc }, answer.requestId);
    expect(result.requestId).toBe(answer.requestId);

    await node.kill();
    await network.awaitBlocks(2n);
    node.start();
    const goal = (await network.node(0).height())! + 3n;
    await node.reaches(goal);
    const theirs = committed(network.node(0));
    for (const [height, appHash] of committed(node)) {
      if (theirs.has(height)) expect(appHash, height).toBe(theirs.get(height));
    }
    expect(node.log().match(/a snapshot of a peer is being restored/g)).toHaveLength(1);
  }, 180_000);

  test("serves snapshots of its own, the same as its peers make", async () => {
    const node = joining!;
    // Two intervals: a height that comes while the one before is still being made is left out.
    await node.reaches((await node.height())! + BigInt(2 * INTERVAL));
    const made = (from: TestNode) => SnapshotFolder.open(from.home.snapshots).list();
    const theirs = made(network.node(0));
    const both = made(node).filter(({ height }) => theirs.some((one) => one.height === height));
    expect(both.length).toBeGreaterThan(0);
    for (const own of both) {
      expect(theirs.find(({ height }) => height === own.height)).toEqual(own);
    }
  }, 120_000);
});
