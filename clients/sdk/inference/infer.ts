import type { TxContext } from "../tx/txContext.js";
import type { Ask } from "./ask.js";
import { awaitInference, type Inference, type InferencePlace } from "./awaitInference.js";
import { requestInference, type RequestOptions } from "./requestInference.js";
import type { RequestProgress } from "./waitForRequest.js";

/** How an inference is asked for and waited for. */
export interface InferOptions extends RequestOptions {
  /** Told how the request goes on: from `queued`, when it is on the chain, to `done`. */
  readonly onProgress?: ((progress: RequestProgress) => void) | undefined;
  /** Milliseconds that the answer may take; 600,000 unless given. */
  readonly answerTimeoutMs?: number | undefined;
}

/**
 * Asks the chain to run a kernel: encodes the inputs by the kernel's schema, pays what it quotes,
 * waits for the members' agreement, and gives the outputs as plain values. Errors are those of
 * `requestInference` and `awaitInference`; after a `WAIT_TIMED_OUT`, and after a `CANCELLED` with a
 * request id, the latter can go on waiting.
 *
 * @example
 * const { output, proof } = await infer(context, { kernel: "digits", input: { image } });
 * console.log(output?.["label"], proof.verified);
 */
export async function infer(
  context: TxContext & InferencePlace,
  ask: Ask,
  options: InferOptions = {},
): Promise<Inference> {
  const { onProgress, answerTimeoutMs: timeoutMs, signal } = options;
  const { requestId, height } = await requestInference(context, ask, options);
  onProgress?.({ stage: "queued", requestId, height, members: [] });
  return awaitInference(context, requestId, {
    signal,
    timeoutMs,
    onProgress:
      onProgress &&
      ((progress) => {
        // Nobody is drawn while it is queued, so that there is nothing new to say.
        if (progress.stage !== "queued") onProgress(progress);
      }),
  });
}
