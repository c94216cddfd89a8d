import { rm, writeFile } from "node:fs/promises";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Manifest } from "#core/codec/generated/aivm/kernel/v1.js";
import { buildSandboxChild } from "#test/harness/sandboxChild.js";
import { KernelShelf, TEST_SEED, outputText, textInput } from "#test/harness/sandboxKernel.js";
import type { ExecutionOutcome, ExecutionTask } from "../executor.js";
import { encodeModel } from "../onnx/encodeModel.js";
import { PROCESS_BYTES } from "./memoryLimits.js";
import { type PoolOptions, SandboxPool } from "./sandboxPool.js";
import { THIS_NODE } from "./sandboxProcess.js";

const MIB = 1_048_576;

let entry: string;
let shelf: KernelShelf;
const pools: SandboxPool[] = [];

beforeAll(async () => {
  entry = await buildSandboxChild();
  shelf = await KernelShelf.open();
});

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

afterAll(async () => {
  await shelf.remove();
  await rm(entry);
});

function open(options: Partial<PoolOptions> = {}): SandboxPool {
  const pool = new SandboxPool({ artifactFolder: shelf.folder, entry, ...options });
  pools.push(pool);
  return pool;
}

/** A version that answers with its own word and has a model of about `megabytes`. */
async function version(word: string, megabytes = 0): Promise<Manifest> {
  const code = `export const infer = async (input, aivm) => ({ text: "${word}" + input.text });`;
  if (megabytes === 0) return shelf.kernel({ code });
  const rows = megabytes * 256;
  const data = new Uint8Array(megabytes * MIB).fill(word.charCodeAt(0) % 16);
  const net = encodeModel({
    inputs: [{ name: "x", type: 1, dims: [1, rows] }],
    outputs: [{ name: "y", type: 1 }],
    nodes: [{ operator: "MatMul", inputs: ["x", "w"], outputs: ["y"] }],
    initializers: [{ name: "w", type: 1, dims: [rows, 1_024], data }],
  });
  return shelf.kernel({ code, models: { net } });
}

/** Private writable memory that the pool's process has asked for, in bytes. */
function dataBytes(pool: SandboxPool): number {
  const status = readFileSync(`/proc/${pool.processIds()[0]}/status`, "utf8");
  return Number(/VmData:\s+(\d+) kB/.exec(status)?.[1]) * 1_024;
}

function task(manifest: Manifest, text = ""): ExecutionTask {
  return { manifest, input: textInput(text), seed: TEST_SEED };
}

function textOf(outcome: ExecutionOutcome): string {
  return outcome.kind === "receipt" ? outputText(outcome.output) : outcome.reason;
}

/** A child that answers as the given code says: `outcomes` of a message's `calls`, and its `usage`. */
async function scripted(name: string, body: string): Promise<string> {
  const path = join(shelf.folder, `${name}.mjs`);
  await writeFile(
    path,
    `process.on("disconnect", () => process.exit());
     process.on("message", ({ calls }) => { ${body} });
     process.send({ kind: "ready" });`,
  );
  return path;
}

describe("versions in a pool", () => {
  it("stay loaded within the memory of a process, the ones used lately", async () => {
    const [a, b, c] = [await version("a", 4), await version("b", 4), await version("c", 4)];
    // Room for two of the three: each takes 4 MiB for its model and some 6 for its code.
    const pool = open({ memoryBytes: PROCESS_BYTES + 2 * 26 * MIB });
    for (const one of [a, b, a, c, a, b]) await pool.execute(task(one));
    expect(pool.usage).toMatchObject({
      processes: 1,
      loadedVersions: 2,
      hits: 2,
      loads: 4,
      evictions: 2,
    });
    expect(pool.usage.loadedBytes).toBeGreaterThan(8 * MIB);
    expect(pool.usage.loadedBytes).toBeLessThan(26 * MIB);
  });

  it("stay with the process that has them", async () => {
    const [a, b] = [await version("a"), await version("b")];
    const pool = open({ processes: 2 });
    await Promise.all([pool.execute(task(a)), pool.execute(task(b))]);
    const before = pool.usage.loads;
    for (let round = 0; round < 5; round++) {
      const outcomes = [pool.execute(task(a, "1")), pool.execute(task(b, "2"))];
      expect((await Promise.all(outcomes)).map(textOf)).toEqual(["a1", "b2"]);
    }
    expect(pool.usage.loads).toBe(before);
    expect(before).toBe(2);
  });

  it("are loaded by every process when one alone would have much to do", async () => {
    const a = await version("a");
    const pool = open({ processes: 2 });
    // The second process takes a while to start, and the first does not wait for it.
    while (pool.usage.loads < 2) {
      await Promise.all(Array.from({ length: 60 }, () => pool.execute(task(a))));
    }
    expect(pool.usage).toMatchObject({ processes: 2, loadedVersions: 2, loads: 2 });
  });

  it("do not wait for one that is slow", async () => {
    const slow = await shelf.kernel({
      code: `export const infer = ({ text }) => { for (let i = 0; i < 2e6; i++); return { text }; };`,
      limits: { gas: 2_000_000_000n },
    });
    const fast = await version("f");
    const pool = open();
    const done: string[] = [];
    const run = async (name: string, manifest: Manifest): Promise<void> => {
      await pool.execute({
        ...task(manifest),
        expectedGas: name === "slow" ? 400_000_000n : 4_000_000n,
      });
      done.push(name);
    };
    const all = [
      ...Array.from({ length: 20 }, () => run("slow", slow)),
      ...Array.from({ length: 100 }, () => run("fast", fast)),
    ];
    await Promise.all(all);
    // All the fast ones together are as much work as one of the slow ones.
    expect(done.lastIndexOf("fast")).toBeLessThan(108);
  });
});

describe("a process that takes much memory", () => {
  it("is replaced by another when nothing waits in it", async () => {
    const child = await scripted(
      "grown",
      `const usage = { loaded: [], loadedBytes: 0, residentBytes: 2 ** 40, hits: 1, loads: 1, evictions: 0 };
       const outcomes = calls.map(() => ({ kind: "noReceipt", reason: String(process.pid) }));
       process.send({ kind: "outcomes", outcomes, usage });`,
    );
    const pool = open({ entry: child });
    const a = await version("a");
    const first = textOf(await pool.execute(task(a)));
    const second = textOf(await pool.execute(task(a)));
    expect(second).not.toBe(first);
    expect(Number(second)).toBeGreaterThan(0);
    // What the one that left had counted is not lost.
    expect(pool.usage.loads).toBe(2);
  });

  it("is ended in the middle when it goes far beyond what it may take", async () => {
    const child = await scripted(
      "greedy",
      `const held = [];
       while (String(Buffer.from(calls[0].input)).includes("greedy")) {
         held.push(Buffer.alloc(4 * 2 ** 20, 1));
         Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
       }
       process.send({ kind: "outcomes", outcomes: [{ kind: "noReceipt", reason: "fine" }] });`,
    );
    const pool = open({ entry: child, memoryBytes: 128 * MIB });
    const a = await version("a");
    const outcomes = [pool.execute(task(a, "greedy")), pool.execute(task(a, "x"))];
    const [greedy, next] = (await Promise.all(outcomes)).map(textOf);
    expect(greedy).toMatch(/^the sandbox process took \d+ bytes of memory$/);
    expect(next).toBe("fine");
  });

  it.each([
    ["a list of numbers", "{ loaded: [1] }"],
    [
      "a list of what are no versions",
      "{ loaded: ['f'.repeat(65)], loadedBytes: 0, residentBytes: 0, hits: 0, loads: 0, evictions: 0 }",
    ],
    ["a negative count", "{ loaded: [], loadedBytes: -1 }"],
    ["nothing", "null"],
  ])("is ended when what it says of itself is %s", async (_, usage) => {
    const child = await scripted(
      "liar",
      `const usage = ${usage};
       process.send({ kind: "outcomes", outcomes: [{ kind: "noReceipt", reason: "x" }], usage });`,
    );
    const outcome = await open({ entry: child }).execute(task(await version("a")));
    expect(textOf(outcome)).toBe("the sandbox process broke its protocol");
  });

  it.runIf(existsSync("/usr/bin/prlimit"))(
    "gives no verdict about a model that its host has no memory for",
    async () => {
      const large = await version("l", 96);
      const fine = await version("f", 1);
      const fed = open();
      expect(textOf(await fed.execute(task(fine, "0")))).toBe("f0");
      // What Node asks for beforehand differs by hundreds of megabytes from release to release.
      const limit = dataBytes(fed) + 100 * MIB;
      const [own] = THIS_NODE.command;
      const starved = open({
        node: { ...THIS_NODE, command: ["/usr/bin/prlimit", `--data=${limit}`, own] },
      });
      // The model runtime says so, or V8 ends the process, whichever comes first.
      const outcome = await starved.validate({ manifest: large });
      expect(outcome.kind).toBe("noReceipt");
      expect(textOf(outcome)).toMatch(/bad_alloc|memory|ended with/);
      expect(textOf(await starved.execute(task(fine, "1")))).toBe("f1");
      // The same version on a host that has the memory.
      expect((await open().validate({ manifest: large })).kind).toBe("receipt");
    },
  );
});
