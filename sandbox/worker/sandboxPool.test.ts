import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { ReceiptStatus } from "#core/codec/generated/aivm/inference/v1.js";
import { DataType, type Manifest, ValidationReport } from "#core/codec/generated/aivm/kernel/v1.js";
import { CODE_ENGINE, MODEL_ENGINE } from "#modules/kernel/types/engines.js";
import { buildSandboxChild } from "#test/harness/sandboxChild.js";
import {
  KernelShelf,
  TEST_SEED,
  outputText,
  testVector,
  textInput,
} from "#test/harness/sandboxKernel.js";
import { artifactPath } from "../artifacts/artifactCache.js";
import type { ExecutionOutcome, ExecutionTask } from "../executor.js";
import { encodeModel, int64Data } from "../onnx/encodeModel.js";
import { permissionFlag } from "./permissions.js";
import { type PoolOptions, SandboxPool } from "./sandboxPool.js";

let entry: string;
let shelf: KernelShelf;
let echo: Manifest;
let endless: Manifest;
const pools: SandboxPool[] = [];

beforeAll(async () => {
  entry = await buildSandboxChild();
  shelf = await KernelShelf.open();
  echo = await shelf.kernel({ code: "export const infer = ({ text }) => ({ text: text + '!' });" });
  endless = await shelf.kernel({
    code: "export const infer = () => { for (;;); };",
    limits: { gas: 1n << 60n },
  });
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

function task(manifest: Manifest, text = ""): ExecutionTask {
  return { manifest, input: textInput(text), seed: TEST_SEED };
}

function textOf(outcome: ExecutionOutcome): string {
  return outcome.kind === "receipt" ? outputText(outcome.output) : outcome.reason;
}

describe("a sandbox pool", () => {
  it("executes tasks of several versions and answers in the order of the tasks", async () => {
    const shout = await shelf.kernel({
      code: "export const infer = ({ text }) => ({ text: text.toUpperCase() });",
    });
    const pool = open({ processes: 2 });
    const tasks = Array.from({ length: 60 }, (_, index) =>
      task(index % 3 === 0 ? shout : echo, `t${index}`),
    );
    const outcomes = await pool.executeMany(tasks);
    expect(outcomes.map(textOf)).toEqual(
      tasks.map((_, index) => (index % 3 === 0 ? `T${index}` : `t${index}!`)),
    );
    expect(textOf(await pool.execute(tasks[1]!))).toBe("t1!");
    expect(pool.processIds().length).toBe(2);
  });

  it("starts no process before there is work", () => {
    expect(open({ processes: 4 }).processIds()).toEqual([]);
  });

  it("gives a failing kernel its receipt and the author the reason", async () => {
    const failing = await shelf.kernel({
      code: "export const infer = () => { throw Error('my'); };",
    });
    const outcome = await open().execute(task(failing));
    expect(outcome).toMatchObject({
      kind: "receipt",
      receipt: { status: ReceiptStatus.EXCEPTION },
      detail: "Error: my",
    });
  });

  it("validates versions", async () => {
    const echoed = testVector(textInput("a"), textInput("a!"));
    const manifest = await shelf.kernel({
      code: "export const infer = ({ text }) => ({ text: text + '!' });",
      vectors: [echoed],
    });
    const outcome = await open().validate({ manifest });
    if (outcome.kind !== "receipt") throw new Error(outcome.reason);
    expect(ValidationReport.decode(outcome.output)).toEqual({
      accepted: true,
      reason: "",
      modelGas: 0n,
      peakTensorBytes: 0n,
      bucketGas: [],
    });
  });

  it("knows its engines once they conform", async () => {
    const pool = open();
    expect(await pool.checkConformance()).toEqual({ conforms: true });
    expect(await pool.engines()).toEqual([MODEL_ENGINE, CODE_ENGINE]);
    const [vectors] = pool.processIds();
    // The process that ran the vectors goes, and one that waits for work takes its place.
    while (pool.processIds().includes(vectors!) || pool.processIds().length === 0) {
      await new Promise((settle) => setImmediate(settle));
    }
    const [waiting] = pool.processIds();
    expect(textOf(await pool.execute(task(echo, "next")))).toBe("next!");
    expect(pool.processIds()).toEqual([waiting]);
  });
});

describe("a process that dies", () => {
  it("costs the job it was at, and no other", async () => {
    const moody = await shelf.kernel({
      code: "export const infer = ({ text }) => { while (text === 'loop'); return { text }; };",
      limits: { gas: 1n << 60n },
    });
    const pool = open();
    const [before, looping, behind] = ["a", "loop", "b"].map((text) =>
      pool.execute(task(moody, text)),
    );
    // Once the job before is answered, the process is at the one that loops.
    expect(textOf(await before!)).toBe("a");
    for (const pid of pool.processIds()) process.kill(pid, "SIGKILL");
    expect(textOf(await looping!)).toContain("SIGKILL");
    expect(textOf(await behind!)).toBe("b");
  });

  it("costs the job that ended it, and no other of its message", async () => {
    const fragile = join(shelf.folder, "fragile.mjs");
    await writeFile(
      fragile,
      `process.on("disconnect", () => process.exit());
       process.on("message", ({ calls }) => {
         const outcomes = calls.map(({ input }) => {
           const text = String(Buffer.from(input));
           if (text.includes("bad")) process.exit(3);
           return { kind: "noReceipt", reason: \`did \${text.slice(-2)} in \${calls.length}\` };
         });
         process.send({ kind: "outcomes", outcomes });
       });
       process.send({ kind: "ready" });`,
    );
    const light = { ...echo, limits: { ...echo.limits, gas: 4_000_000n } };
    const texts = ["t0", "t1", "bad", "t3", "bad", "t5"];
    const outcomes = await open({ entry: fragile }).executeMany(
      texts.map((text) => task(light, text)),
    );
    const ended = "the sandbox process ended with code 3";
    const alone = (text: string) => `did ${text} in 1`;
    expect(outcomes.map(textOf)).toEqual([
      alone("t0"),
      alone("t1"),
      ended,
      alone("t3"),
      ended,
      alone("t5"),
    ]);
  });

  it("loses nothing that it said before", async () => {
    const brief = join(shelf.folder, "brief.mjs");
    await writeFile(
      brief,
      `process.on("disconnect", () => process.exit());
       process.on("message", ({ calls }) => {
         const outcomes = calls.map(() => ({ kind: "noReceipt", reason: "x".repeat(100_000) }));
         process.send({ kind: "outcomes", outcomes }, () => process.exit(0));
       });
       process.send({ kind: "ready" });`,
    );
    const outcomes = await open({ entry: brief }).executeMany([task(echo), task(echo), task(echo)]);
    for (const outcome of outcomes) expect(textOf(outcome)).toHaveLength(100_000);
  });

  it("is killed when a job takes too long, and replaced", async () => {
    const pool = open({ limits: { executionMs: 1_500 } });
    const outcomes = await pool.executeMany([task(endless), task(echo, "x")]);
    expect(outcomes.map(textOf)).toEqual(["the sandbox process took more than 1500 ms", "x!"]);
  });

  it("is replaced when the model runtime traps", async () => {
    // The least integer divided by minus one has no value; WebAssembly traps.
    const net = encodeModel({
      inputs: [{ name: "x", type: DataType.INT64, dims: [1] }],
      outputs: [{ name: "y", type: DataType.INT64 }],
      nodes: [{ operator: "Div", inputs: ["x", "d"], outputs: ["y"] }],
      initializers: [{ name: "d", type: DataType.INT64, dims: [1], data: int64Data([-1n]) }],
    });
    const manifest = await shelf.kernel({
      code: `export const infer = async (input, aivm) => {
        await aivm.run("net", { x: BigInt64Array.of(-(2n ** 63n)) });
      };`,
      models: { net },
    });
    const pool = open();
    const [bad, good] = [pool.execute(task(manifest)), pool.execute(task(echo, "on"))];
    expect(textOf(await bad)).toContain("the model runtime failed");
    expect(textOf(await good)).toBe("on!");
  });

  it("is not started again and again when it cannot start", async () => {
    const pool = open({ entry: join(shelf.folder, "nothing.mjs") });
    const outcomes = await pool.executeMany([task(echo), task(echo), task(echo)]);
    for (const outcome of outcomes) expect(outcome.kind).toBe("noReceipt");
    expect(await pool.checkConformance()).toMatchObject({ conforms: false });
    expect(await pool.engines()).toEqual([]);
    expect(textOf(await pool.execute(task(echo)))).toContain("ended with code 1");
  });

  it("says why its engines are unfit", async () => {
    const broken = join(shelf.folder, "unfit.mjs");
    await writeFile(
      broken,
      `process.send({ kind: "unfit", reason: "the binary has another hash" }, () => process.exit(1));`,
    );
    const result = await open({ entry: broken }).checkConformance();
    expect(result).toEqual({ conforms: false, reason: "the binary has another hash" });
  });

  it.each([
    ["no reply", "1"],
    ["a reply of no kind", "{}"],
    [
      "an outcome without bytes",
      "{ kind: 'outcomes', outcomes: [{ kind: 'receipt', receipt: 1, output: 2, detail: '' }] }",
    ],
    ["an outcome without a reason", "{ kind: 'outcomes', outcomes: [{ kind: 'noReceipt' }] }"],
    ["outcomes that are no list", "{ kind: 'outcomes', outcomes: 1 }"],
    [
      "more outcomes than it was asked for",
      "{ kind: 'outcomes', outcomes: Array(2).fill({ kind: 'noReceipt', reason: 'two' }) }",
    ],
    ["conformance, unasked", "{ kind: 'conformance', result: { conforms: true } }"],
    ["a half conformance", "{ kind: 'conformance', result: { conforms: false } }"],
    ["a fault without a reason", "{ kind: 'fault' }"],
  ])("is ended when it says %s", async (_, reply) => {
    const babbler = join(shelf.folder, "babbler.mjs");
    await writeFile(
      babbler,
      `process.on("disconnect", () => process.exit());
       process.on("message", () => process.send(${reply}));
       process.send({ kind: "ready" });`,
    );
    const outcome = await open({ entry: babbler }).execute(task(echo));
    expect(textOf(outcome)).toBe("the sandbox process broke its protocol");
  });

  it("is not heard after a fault, and what waited behind it goes to another", async () => {
    const faulty = join(shelf.folder, "faulty.mjs");
    await writeFile(
      faulty,
      `process.on("disconnect", () => process.exit());
       process.on("message", () => {
         process.send({ kind: "fault", reason: "broken" });
         const outcomes = [{ kind: "noReceipt", reason: "stray" }];
         process.send({ kind: "outcomes", outcomes }, () => process.exit(1));
       });
       process.send({ kind: "ready" });`,
    );
    const pool = open({ entry: faulty });
    const tasks = [task(echo), task(endless), task(echo)];
    const outcomes = await pool.executeMany(tasks);
    expect(outcomes.map(textOf)).toEqual(["broken", "broken", "broken"]);
  });

  it("is not believed when it reports what cannot be", async () => {
    const liar = join(shelf.folder, "liar.mjs");
    await writeFile(
      liar,
      `process.on("disconnect", () => process.exit());
       process.on("message", ({ calls }) => {
         const receipts = [[], [8, 1, 16, 9], [8, 1, 24, 3, 34, 1, 7]];
         const outcomes = calls.map((_, index) => {
           const receipt = Uint8Array.from(receipts[index]);
           return { kind: "receipt", receipt, output: Uint8Array.of(1, 2, 3), detail: "" };
         });
         process.send({ kind: "outcomes", outcomes });
       });
       process.send({ kind: "ready" });`,
    );
    const outcomes = await open({ entry: liar }).executeMany([task(echo), task(echo), task(echo)]);
    for (const outcome of outcomes) expect(textOf(outcome)).toContain("malformed outcome");
  });
});

describe("a sandbox process", () => {
  it("has work ahead, so that it need not wait for a parent that is busy with a block", async () => {
    const hoarder = join(shelf.folder, "hoarder.mjs");
    await writeFile(
      hoarder,
      `const held = [];
       process.on("disconnect", () => process.exit());
       process.on("message", ({ calls }) => {
         held.push(...calls.map(() => ({ kind: "noReceipt", reason: "held" })));
         if (held.length < 100) return;
         while (held.length > 0) process.send({ kind: "outcomes", outcomes: held.splice(0, 16) });
       });
       process.send({ kind: "ready" });`,
    );
    const light = { ...echo, limits: { ...echo.limits, gas: 4_000_000n } };
    const tasks = Array.from({ length: 100 }, () => task(light));
    const outcomes = await open({ entry: hoarder }).executeMany(tasks);
    expect(outcomes.map(textOf)).toEqual(tasks.map(() => "held"));
  });

  it("is given nothing ahead of what may take long: kernels of much gas, inputs of many bytes", async () => {
    const counter = join(shelf.folder, "counter.mjs");
    await writeFile(
      counter,
      `let held = 0;
       process.on("disconnect", () => process.exit());
       process.on("message", ({ calls }) => {
         held += calls.length;
         setTimeout(() => {
           const reason = String(held--);
           process.send({ kind: "outcomes", outcomes: [{ kind: "noReceipt", reason }] });
         }, 20);
       });
       process.send({ kind: "ready" });`,
    );
    const long = "x".repeat(4_000_000);
    for (const one of [task(endless), task(echo, long)]) {
      const outcomes = await open({ entry: counter }).executeMany([one, one, one]);
      expect(outcomes.map(textOf)).toEqual(["1", "1", "1"]);
    }
  });

  it("cannot write, spawn, open sockets to the world's files, or see the environment", async () => {
    const probe = join(shelf.folder, "probe.mjs");
    await writeFile(
      probe,
      `import fs from "node:fs"; import { spawnSync } from "node:child_process"; import { Worker } from "node:worker_threads";
       const tried = [];
       const attempt = (name, work) => { try { work(); tried.push(name); } catch (error) { if (error.code !== "ERR_ACCESS_DENIED") tried.push(name + ":" + error.code); } };
       attempt("read", () => fs.readFileSync("/etc/hostname"));
       attempt("write", () => fs.writeFileSync(process.argv[2] + "/x", "x"));
       attempt("spawn", () => spawnSync("true"));
       attempt("thread", () => new Worker("0", { eval: true }));
       tried.push(...Object.keys(process.env).filter((name) => !name.startsWith("NODE_CHANNEL")));
       process.send({ kind: "unfit", reason: tried.join() || "nothing" }, () => process.exit(1));`,
    );
    expect(await open({ entry: probe }).checkConformance()).toEqual({
      conforms: false,
      reason: "nothing",
    });
  });

  it("abstains when an artifact is missing or corrupted, and goes on", async () => {
    const manifest = await shelf.kernel({ code: "export const infer = () => ({ text: 'once' });" });
    const pool = open();
    const path = artifactPath(shelf.folder, manifest.inferenceCodeDigest);
    await writeFile(path, "export const infer = () => ({ text: 'evil' });");
    expect(textOf(await pool.execute(task(manifest)))).toContain("is corrupted");
    await shelf.cache.remove(manifest.inferenceCodeDigest);
    expect(textOf(await pool.execute(task(manifest)))).toContain("is missing");
    const [pid] = pool.processIds();
    expect(textOf(await pool.execute(task(echo, "still")))).toBe("still!");
    expect(pool.processIds()).toEqual([pid]);
  });

  it("runs under the permission flag of its version of Node", () => {
    expect(permissionFlag("20.19.0")).toBe("--experimental-permission");
    expect(permissionFlag("22.12.0")).toBe("--experimental-permission");
    expect(permissionFlag("22.13.0")).toBe("--permission");
    expect(permissionFlag("24.0.1")).toBe("--permission");
  });
});

describe("a closed pool", () => {
  it("ends its processes and leaves no job without an answer", async () => {
    const pool = open();
    expect(textOf(await pool.execute(task(echo, "a")))).toBe("a!");
    const [pid] = pool.processIds();
    const pending = pool.executeMany([task(endless), task(echo)]);
    await pool.close();
    await pool.close();
    expect((await pending).map(textOf)).toEqual(["the sandbox is closed", "the sandbox is closed"]);
    expect(textOf(await pool.execute(task(echo)))).toBe("the sandbox is closed");
    expect(() => process.kill(pid!, 0)).toThrow("ESRCH");
  });

  it("lets an idle process go without killing it", async () => {
    const pool = open();
    await pool.execute(task(echo));
    await pool.close();
    expect(pool.processIds()).toEqual([]);
  });
});
