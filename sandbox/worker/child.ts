import { Receipt } from "#core/codec/generated/aivm/inference/v1.js";
import { Manifest } from "#core/codec/generated/aivm/kernel/v1.js";
import { sha256 } from "#core/crypto/hash.js";
import { toHex } from "#core/primitives/bytes.js";
import { NATIVE_ENGINE } from "#modules/kernel/types/engines.js";
import { checkConformance, warmUp } from "../conformance/checkConformance.js";
import { checkNative } from "../conformance/checkNative.js";
import type { ConformanceResult, ExecutionOutcome } from "../executor.js";
import type { Engines } from "../kernel/loadedKernel.js";
import { KernelRunner } from "../kernel/kernelRunner.js";
import { OnnxRuntime } from "../onnx/runtime.js";
import { loadQuickJs } from "../quickjs/binary.js";
import type { ChildReply, ChildRequest, OutcomeMessage } from "./messages.js";
import { Outbox } from "./outbox.js";
import type { ProcessUsage } from "./usage.js";

type ExecuteRequest = Extract<ChildRequest, { readonly kind: "execute" }>;

const outbox = new Outbox(send);

/**
 * Entry point of a sandbox process: `child.js <artifact folder> <bytes for warm kernels> <model
 * engine>`. Loads the engines, then serves one request after the other until its parent
 * disconnects. Any fault ends the process. The first execution compiles the engines, so it is one
 * that no request waits for.
 */
async function main(): Promise<void> {
  const [, , artifactFolder = "", warm = "0", engine = ""] = process.argv;
  process.on("disconnect", () => process.exit(0));
  const isNative = engine === NATIVE_ENGINE.name;
  const engines = await loadEngines(isNative);
  if (engines === undefined) return;
  const runner = new KernelRunner(engines, artifactFolder, Number(warm));
  let last = Promise.resolve();
  process.on("message", (request: ChildRequest) => {
    last = last.then(() => serve(request, runner, { engines, isNative })).catch(endWithFault);
  });
  await warmUp(engines).then(() => send({ kind: "ready" }), endWithFault);
}

/** The engines of a process; native code is loaded where it was asked for, and nowhere else. */
async function loadEngines(isNative: boolean): Promise<Engines | undefined> {
  try {
    const program = loadQuickJs();
    if (!isNative) return { program, runtime: new OnnxRuntime() };
    const { NativeRuntime } = await import("../onnx/nativeRuntime.js");
    return { program, runtime: new NativeRuntime() };
  } catch (error) {
    void send({ kind: "unfit", reason: describe(error) }).then(() => process.exit(1));
    return undefined;
  }
}

async function serve(
  request: ChildRequest,
  runner: KernelRunner,
  { engines, isNative }: { readonly engines: Engines; readonly isNative: boolean },
): Promise<void> {
  switch (request.kind) {
    case "execute":
      await execute(request, runner);
      return;
    case "validate": {
      const outcome = await runner.validate(Manifest.decode(request.manifest));
      const usage = usageOf(runner);
      await send({ kind: "outcomes", outcomes: [toMessage(outcome)], usage });
      return;
    }
    case "conformance":
      await send({ kind: "conformance", result: await conformanceOf(engines, isNative) });
  }
}

/**
 * The native engine is compared with the reference engine, which this process has for that alone.
 */
async function conformanceOf(engines: Engines, isNative: boolean): Promise<ConformanceResult> {
  return isNative ? checkNative(engines.runtime, new OnnxRuntime()) : checkConformance(engines);
}

/**
 * Runs the calls of a request. One that comes alone begins when everything before it has been
 * handed over: should the process end, its parent knows that this was the cause.
 */
async function execute(request: ExecuteRequest, runner: KernelRunner): Promise<void> {
  const manifest = Manifest.decode(request.manifest);
  const key = toHex(sha256(request.manifest));
  if (request.calls.length === 1) await outbox.empty();
  const outcomes: OutcomeMessage[] = [];
  try {
    for (const call of request.calls)
      outcomes.push(toMessage(await runner.execute(key, manifest, call)));
  } finally {
    const usage = usageOf(runner);
    if (outcomes.length > 0) await outbox.post({ kind: "outcomes", outcomes, usage });
  }
}

function usageOf(runner: KernelRunner): ProcessUsage {
  return { ...runner.usage, residentBytes: process.memoryUsage.rss() };
}

function toMessage(outcome: ExecutionOutcome): OutcomeMessage {
  if (outcome.kind === "noReceipt") return outcome;
  return { ...outcome, receipt: Receipt.encode(outcome.receipt) };
}

/** Never settles: what waits behind a fault is not begun. */
function endWithFault(error: unknown): Promise<never> {
  void send({ kind: "fault", reason: describe(error) }).then(() => process.exit(1));
  return new Promise(() => undefined);
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}

function send(reply: ChildReply): Promise<void> {
  return new Promise((resolve) => {
    process.send?.(reply, undefined, {}, () => {
      resolve();
    });
  });
}

await main();
