import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "#sandbox/worker/permissions.js";
import type { AivmClient } from "#sdk/client.js";
import { systemClock } from "#sdk/clock.js";
import type { PlainValues } from "#sdk/inference/ask.js";
import type { Inference } from "#sdk/inference/awaitInference.js";
import { requestInference } from "#sdk/inference/requestInference.js";
import { isPassing } from "./passing.js";
import type { ClientRecord } from "./clientRecord.js";

const TIMEOUT_BLOCKS = 20;
/** Whatever dies meanwhile, an answer comes within this time, on a loaded machine too. */
const ANSWER_MS = 180_000;
const RETRY_PAUSE_MS = 200;

/** Asks for a digit, demands the right answer, and records it. */
export async function askForDigit(
  client: AivmClient,
  digit: number,
  record: ClientRecord,
): Promise<void> {
  const ask = { kernel: "digits", input: sample(digit) };
  const { txContext } = client;
  const { requestId } = await requestInference(txContext, ask, { timeoutBlocks: TIMEOUT_BLOCKS });
  const answer = await persistently(() =>
    client.awaitInference(requestId, { timeoutMs: ANSWER_MS }),
  );
  const label = JSON.stringify(answer.output?.["label"]);
  if (label !== JSON.stringify([String(digit)])) {
    throw new Error(`request ${requestId} for a ${digit} was answered with ${label}`);
  }
  record.addAnswer(answer);
}

/** A request that is on the chain is answered, whichever node tells. */
async function persistently(look: () => Promise<Inference>): Promise<Inference> {
  const startMs = performance.now();
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (!isPassing(error) || performance.now() - startMs > ANSWER_MS) throw error;
      await systemClock.pause(RETRY_PAUSE_MS, undefined);
    }
  }
}

function sample(digit: number): PlainValues {
  const path = join(packageRoot(), `kernels/digits/samples/digit-${digit}.json`);
  return JSON.parse(readFileSync(path, "utf8")) as PlainValues;
}
