import Database from "better-sqlite3";
import { beforeAll, describe, expect, test } from "vitest";
import { CHAIN_STORE, chainState } from "#core/baseapp/chainState.js";
import type { ApplySnapshotChunkResponse } from "#core/abci/responses.js";
import { sha256 } from "#core/crypto/hash.js";
import { TestValidator } from "#test/harness/identities.js";
import { InferenceChain } from "#test/harness/inferenceChain.js";
import { MemoryNode } from "#test/harness/memoryNode.js";
import { describe as described, MemorySnapshots } from "#test/harness/memorySnapshots.js";
import type { MemorySnapshot } from "#test/harness/storeSnapshots.js";
import { temporaryFile } from "#test/harness/temporaryFile.js";
import { testInput } from "#test/harness/testKernel.js";

const GENESIS_TIME = 1_700_000_000n * 1_000_000_000n;
const CHUNK = 4_000;
const SENDER = "peer-1";

/** A chain that goes on behind the height of the snapshots. */
let chain: InferenceChain;
/** Blocks that the nodes with snapshots have executed. */
let past: number;

beforeAll(async () => {
  chain = await InferenceChain.start({ validators: 4 });
  await chain.request("echo", [testInput(1)]);
  await chain.run(9);
  past = chain.blocks.length;
  await chain.request("echo", [testInput(2)]);
  await chain.run(9);
}, 60_000);

interface NewNode {
  readonly path: string;
  readonly node: MemoryNode;
  readonly host: MemorySnapshots;
  readonly commits: bigint[];
}

function newNode(): NewNode {
  const path = temporaryFile();
  const commits: bigint[] = [];
  let host: MemorySnapshots | undefined;
  const node = new MemoryNode(chain.network.chainId, new TestValidator("late"), {
    path,
    snapshots: (stores) => (host = new MemorySnapshots(path, stores)),
    onCommit: (height) => commits.push(height),
  });
  return { path, node, host: host!, commits };
}

/** A node that executed the blocks from genesis on, and its snapshot. */
function replayed(edit?: (made: NewNode) => void): NewNode & { snapshot: MemorySnapshot } {
  const made = newNode();
  made.node.initChain(chain.genesis, GENESIS_TIME);
  for (const { request } of chain.blocks.slice(0, past)) {
    made.node.app.finalizeBlock(request);
    made.node.app.commit();
  }
  edit?.(made);
  return { ...made, snapshot: made.host.make(CHUNK) };
}

/** Offers a snapshot and applies its chunks until one is not accepted; gives the last answer. */
function restore({ node }: NewNode, snapshot: MemorySnapshot): ApplySnapshotChunkResponse {
  const offer = { snapshot: described(snapshot), appHash: snapshot.appHash };
  expect(node.app.offerSnapshot(offer)).toEqual({ result: "accept" });
  let answer: ApplySnapshotChunkResponse | undefined;
  for (const [index, chunk] of snapshot.chunks.entries()) {
    answer = node.app.applySnapshotChunk({ index, chunk, sender: SENDER });
    if (answer.result !== "accept") break;
  }
  return answer!;
}

/** The node knows of no block and takes a good snapshot, or else the genesis. */
function expectUsable(fresh: NewNode, good: MemorySnapshot): void {
  expect(fresh.node.app.info()).toMatchObject({
    lastBlockHeight: 0n,
    lastBlockAppHash: new Uint8Array(0),
  });
  expect(fresh.commits).toEqual([]);
  const kv = fresh.node.store.branch().kv(CHAIN_STORE);
  expect([...kv.iterate({})]).toEqual([]);
  expect(restore(fresh, good).result).toBe("accept");
  expect(fresh.node.app.info().lastBlockAppHash).toEqual(good.appHash);
}

describe("a new node", () => {
  test("goes on from a snapshot as if it had executed every block, without a restart", () => {
    const { node: source, snapshot } = replayed();
    const fresh = newNode();
    expect(snapshot.chunks.length).toBeGreaterThan(3);
    expect(restore(fresh, snapshot).result).toBe("accept");
    expect(fresh.node.app.info()).toEqual(source.app.info());
    expect(fresh.node.app.info().lastBlockHeight).toBe(BigInt(past));
    expect(fresh.commits).toEqual([BigInt(past)]);
    for (const { request, outcome } of chain.blocks.slice(past)) {
      const own = fresh.node.app.finalizeBlock(request);
      expect(own.appHash).toEqual(outcome.appHash);
      expect(own.txResults).toEqual(outcome.txResults);
      fresh.node.app.commit();
    }
    for (const { name, check } of fresh.node.wiring.modules.invariants()) {
      expect(check(fresh.node.context()), name).toBeUndefined();
    }
    expect(fresh.node.faults).toEqual([]);
    expect(fresh.host.notes.map(({ kind }) => kind)).toEqual(["begun", "restored"]);
  });

  test("serves the state that it restored, and makes the same snapshot of it", () => {
    const { node: source, snapshot } = replayed();
    const fresh = newNode();
    restore(fresh, snapshot);
    expect(fresh.host.make(CHUNK)).toEqual(snapshot);
    expect(fresh.node.app.listSnapshots()).toEqual({ snapshots: [described(snapshot)] });
    const asked = { height: BigInt(past), format: 1, chunk: 1 };
    expect(fresh.node.app.loadSnapshotChunk(asked)).toEqual({ chunk: snapshot.chunks[1] });
    const kernels = (node: MemoryNode): string =>
      JSON.stringify([...node.wiring.keepers.kernel.state.kernels(node.context())], (_, value) =>
        typeof value === "bigint" ? String(value) : (value as unknown),
      );
    expect(kernels(fresh.node)).toBe(kernels(source));
  });
});

describe("an offer is refused", () => {
  test("of another format, of a description that contradicts itself, and on a state with blocks", () => {
    const { node, snapshot, host } = replayed();
    const offered = described(snapshot);
    const { appHash } = snapshot;
    const fresh = newNode();
    const offer = (change: object) =>
      fresh.node.app.offerSnapshot({ snapshot: { ...offered, ...change }, appHash });
    expect(offer({ format: 2 })).toEqual({ result: "rejectFormat" });
    expect(offer({ chunks: 1 })).toEqual({ result: "rejectSender" });
    expect(offer({ hash: new Uint8Array(32) })).toEqual({ result: "rejectSender" });
    expect(offer({ metadata: new Uint8Array(0), chunks: 0 })).toEqual({ result: "rejectSender" });
    expectUsable(fresh, snapshot);

    const before = node.app.info();
    expect(node.app.offerSnapshot({ snapshot: offered, appHash })).toEqual({ result: "abort" });
    expect(node.app.info()).toEqual(before);
    expect(host.notes).toEqual([
      {
        kind: "refused",
        height: BigInt(past),
        problem: `the state is at version ${past}; a snapshot is restored into an empty state only`,
      },
    ]);
  });

  test("by a node without snapshots", () => {
    const { snapshot } = replayed();
    const node = new MemoryNode(chain.network.chainId, new TestValidator("late"));
    const offer = { snapshot: described(snapshot), appHash: snapshot.appHash };
    expect(node.app.offerSnapshot(offer)).toEqual({ result: "abort" });
    const chunk = { index: 0, chunk: snapshot.chunks[0]!, sender: SENDER };
    expect(node.app.applySnapshotChunk(chunk).result).toBe("abort");
    expect(node.app.listSnapshots()).toEqual({ snapshots: [] });
    const asked = { height: 1n, format: 1, chunk: 0 };
    expect(node.app.loadSnapshotChunk(asked)).toEqual({ chunk: new Uint8Array(0) });
  });
});

describe("a chunk", () => {
  test("of other bytes is fetched again from somebody else, and nothing is lost", () => {
    const { snapshot } = replayed();
    const fresh = newNode();
    fresh.node.app.offerSnapshot({ snapshot: described(snapshot), appHash: snapshot.appHash });
    for (const [index, chunk] of snapshot.chunks.entries()) {
      const [other] = snapshot.chunks.filter((one) => one !== chunk);
      for (const damaged of [flipped(chunk, 0), chunk.subarray(1), new Uint8Array(0), other!]) {
        const answer = fresh.node.app.applySnapshotChunk({ index, chunk: damaged, sender: "bad" });
        expect(answer).toEqual({ result: "retry", refetchChunks: [index], rejectSenders: ["bad"] });
        expect(fresh.node.app.info().lastBlockHeight).toBe(0n);
      }
      const answer = fresh.node.app.applySnapshotChunk({ index, chunk, sender: SENDER });
      expect(answer.result).toBe("accept");
    }
    expect(fresh.node.app.info().lastBlockAppHash).toEqual(snapshot.appHash);
  });

  test("out of its turn, or without an offer, ends state sync and leaves the state empty", () => {
    const { snapshot } = replayed();
    const [first, second] = snapshot.chunks;
    const fresh = newNode();
    const apply = (index: number, chunk = first!) =>
      fresh.node.app.applySnapshotChunk({ index, chunk, sender: SENDER }).result;
    const offer = () =>
      fresh.node.app.offerSnapshot({ snapshot: described(snapshot), appHash: snapshot.appHash });
    expect(apply(0)).toBe("abort");
    for (const wrong of [1, 999, -1]) {
      offer();
      expect(apply(wrong, second)).toBe("abort");
      expect(apply(0)).toBe("abort");
    }
    offer();
    expect(apply(0)).toBe("accept");
    expect(apply(0)).toBe("abort");
    expectUsable(fresh, snapshot);
  });
});

describe("a whole snapshot", () => {
  test("of another app hash than the trusted one is rejected", () => {
    const { snapshot } = replayed();
    const fresh = newNode();
    const wrong = { ...snapshot, appHash: sha256(snapshot.appHash) };
    expect(restore(fresh, wrong)).toEqual({
      result: "rejectSnapshot",
      refetchChunks: [],
      rejectSenders: [SENDER],
    });
    expectUsable(fresh, snapshot);
  });

  test.each([
    ["a changed byte", "has other bytes", "UPDATE blob SET value = zeroblob(length(value))"],
    ["a missing chunk", "is missing", "DELETE FROM blob WHERE key = (SELECT min(key) FROM blob)"],
    ["a longer chunk", "has other bytes", "UPDATE blob SET value = CAST(value || x'00' AS BLOB)"],
    [
      "a key that is none",
      "belongs to nothing",
      "INSERT INTO blob SELECT store, x'01', value FROM blob LIMIT 1",
    ],
    [
      "a stray chunk",
      "belongs to nothing",
      "INSERT INTO blob SELECT store, x'ffffffffffffffff00000000', value FROM blob LIMIT 1",
    ],
  ])("with %s of an artifact is rejected, although its app hash is right", (_, problem, sql) => {
    const { snapshot } = replayed();
    const { snapshot: damaged } = replayed(({ path }) => {
      const database = new Database(path);
      expect(database.prepare(sql).run().changes).toBeGreaterThan(0);
      database.close();
    });
    const fresh = newNode();
    expect(damaged.appHash).toEqual(snapshot.appHash);
    expect(restore(fresh, damaged)).toMatchObject({
      result: "rejectSnapshot",
      rejectSenders: [SENDER],
    });
    const note = fresh.host.notes.at(-1);
    expect(note?.kind === "refused" ? note.problem : "").toContain(problem);
    expectUsable(fresh, snapshot);
  });

  test("that modules of another version wrote is rejected, and its sender is not to blame", () => {
    const { snapshot } = replayed();
    const { snapshot: other } = replayed(({ node }) => {
      const branch = node.store.branch();
      chainState.setModuleVersion(branch.kv(CHAIN_STORE), "bank", 2);
      node.store.stage(branch, BigInt(past) + 1n);
      node.store.commit();
    });
    const fresh = newNode();
    expect(restore(fresh, other)).toEqual({
      result: "rejectSnapshot",
      refetchChunks: [],
      rejectSenders: [],
    });
    expectUsable(fresh, snapshot);
  });

  test("is given up when another one is offered or a chain begins", () => {
    const { snapshot } = replayed();
    const fresh = newNode();
    const offer = { snapshot: described(snapshot), appHash: snapshot.appHash };
    fresh.node.app.offerSnapshot(offer);
    const chunk = { index: 0, chunk: snapshot.chunks[0]!, sender: SENDER };
    expect(fresh.node.app.applySnapshotChunk(chunk).result).toBe("accept");
    expect(fresh.node.app.offerSnapshot(offer).result).toBe("accept");
    expect(fresh.node.app.applySnapshotChunk(chunk).result).toBe("accept");
    fresh.node.initChain(chain.genesis, GENESIS_TIME);
    for (const { request, outcome } of chain.blocks.slice(0, 3)) {
      expect(fresh.node.app.finalizeBlock(request).appHash).toEqual(outcome.appHash);
      fresh.node.app.commit();
    }
    expect(fresh.node.app.applySnapshotChunk(chunk).result).toBe("abort");
    expect(fresh.node.app.info().lastBlockHeight).toBe(3n);
  });

  test("that this node cannot write ends state sync with a fault and leaves the state empty", () => {
    const { snapshot } = replayed();
    const fresh = newNode();
    const open = fresh.host.openRestore.bind(fresh.host);
    fresh.host.openRestore = (target) => {
      const opened = open(target);
      return Object.assign(Object.create(opened) as typeof opened, {
        push: () => {
          throw new Error("no space left");
        },
        discard: () => {
          opened.discard();
        },
      });
    };
    expect(restore(fresh, snapshot).result).toBe("abort");
    expect(fresh.node.faults.splice(0).join()).toContain(
      "ApplySnapshotChunk: Error: no space left",
    );
    fresh.host.openRestore = open;
    expectUsable(fresh, snapshot);
  });
});

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const changed = bytes.slice();
  changed[at]! ^= 1;
  return changed;
}
