import { RequestStatus } from "#core/codec/generated/aivm/inference/v1.js";

/** Whether a request has ended; a challenge may take a fulfilled one up again. */
export function isTerminal(status: RequestStatus): boolean {
  return (
    isAnswered(status) ||
    status === RequestStatus.NO_AGREEMENT ||
    status === RequestStatus.EXPIRED ||
    status === RequestStatus.REVOKED
  );
}

/** Whether a request has ended with an agreed result, be it that the kernel fails on it. */
export function isAnswered(status: RequestStatus): boolean {
  return status === RequestStatus.FULFILLED || status === RequestStatus.KERNEL_FAILED;
}
