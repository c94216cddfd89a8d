import type { Params } from "#core/codec/generated/aivm/inference/v1.js";

/**
 * Blocks by which the grace of a validation job is longer after `attempts` jobs that too few
 * answered in time: 0, 1, 3 times `max_grace_blocks`. The gas of a job does not count what else a
 * machine has to do, nor that its disk may be slow.
 */
export function validationGrace(
  attempts: number,
  { maxGraceBlocks }: Pick<Params, "maxGraceBlocks">,
): bigint {
  return maxGraceBlocks * ((1n << BigInt(attempts)) - 1n);
}

/**
 * Blocks between such a job, the `attempts`-th, and the next: 1, 2 times `max_grace_blocks`, so
 * that a machine that is busy for a while does not use up the attempts.
 */
export function validationPause(
  attempts: number,
  { maxGraceBlocks }: Pick<Params, "maxGraceBlocks">,
): bigint {
  return maxGraceBlocks << BigInt(attempts - 1);
}
