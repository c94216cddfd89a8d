import { RequestStatus } from "#core/codec/generated/aivm/inference/v1.js";

/** Whether a request has ended; a challenge may take a fulfilled one up again. */
export function isTerminal(status: RequestStatus): boolean {
  return (
    status === RequestStatus.FULFILLED ||
    status === RequestStatus.KERNEL_FAILED ||
    status === RequestStatus.NO_AGREEMENT ||
    status === RequestStatus.EXPIRED
  );
}

/** Whether the request was ever drawn, so that somebody may have worked for it. */
export function wasDrawn(request: { readonly slotHeight: bigint }): boolean {
  return request.slotHeight > 0n;
}
