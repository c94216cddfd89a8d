import { Receipt } from "#core/codec/generated/aivm/inference/v1.js";
import { Manifest } from "#core/codec/generated/aivm/kernel/v1.js";
import { sha256 } from "#core/crypto/hash.js";
import { toHex } from "#core/primitives/bytes.js";
import { checkConformance, warmUp } from "../conformance/checkConformance.js";
import type { ExecutionOutcome } from "../executor.js";
import type { Engines } from "../kernel/loadedKernel.js";
import { KernelRunner } from "../kernel/kernelRunner.js";
import { OnnxRuntime } from "../onnx/runtime.js";
import { loadQuickJs } from "../quickjs/binary.js";
import type { ChildReply, ChildRequest, OutcomeMessage } from "./messages.js";

/**
 * Entry point of a sandbox process: `child.js <artifact folder>`. Loads the engines, then serves
 * one request after the other until its parent disconnects. Any fault ends the process. The first
 * execution compiles the engines, so it is one that no request waits for.
 */
async function main(): Promise<void> {
  const [, , artifactFolder = ""] = process.argv;
  process.on("disconnect", () => process.exit(0));
  const engines = loadEngines();
  if (engines === undefined) return;
  const runner = new KernelRunner(engines, artifactFolder);
  let last = Promise.resolve();
  process.on("message", (request: ChildRequest) => {
    last = last.then(() => serve(request, runner, engines)).catch(endWithFault);
  });
  await warmUp(engines).then(() => send({ kind: "ready" }), endWithFault);
}

function loadEngines(): Engines | undefined {
  try {
    return { program: loadQuickJs(), runtime: new OnnxRuntime() };
  } catch (error) {
    void send({ kind: "unfit", reason: describe(error) }).then(() => process.exit(1));
    return undefined;
  }
}

async function serve(request: ChildRequest, runner: KernelRunner, engines: Engines): Promise<void> {
  switch (request.kind) {
    case "execute": {
      const manifest = Manifest.decode(request.manifest);
      const key = toHex(sha256(request.manifest));
      for (const call of request.calls) {
        await sendOutcome(await runner.execute(key, manifest, call));
      }
      return;
    }
    case "validate":
      await sendOutcome(await runner.validate(Manifest.decode(request.manifest)));
      return;
    case "conformance":
      await send({ kind: "conformance", result: await checkConformance(engines) });
  }
}

async function sendOutcome(outcome: ExecutionOutcome): Promise<void> {
  await send({ kind: "outcome", outcome: toMessage(outcome) });
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
