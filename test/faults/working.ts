import type { ValidatorCapabilities } from "#app/validator.js";
import type { Execution } from "#core/codec/generated/aivm/inference/v1.js";
import { sha256 } from "#core/crypto/hash.js";
import { batchRoot, NO_RECEIPT, requestLeaf } from "#modules/inference/types/digests.js";
import type { FinishedBatch } from "#modules/inference/types/expectedKeepers.js";

/** Answers everything wrongly, with receipts, leaves and root in accord. */
export function lying(validator: ValidatorCapabilities): ValidatorCapabilities {
  const { receipts } = validator;
  return {
    ...validator,
    receipts: {
      findFinished: (id) => {
        const finished = receipts.findFinished(id);
        return finished && distortBatch(finished);
      },
      hasDeclined: (id) => receipts.hasDeclined(id),
      isAvailable: () => receipts.isAvailable(),
    },
  };
}

/** Says that it cannot serve. */
export function unavailable(validator: ValidatorCapabilities): ValidatorCapabilities {
  const { receipts } = validator;
  return {
    ...validator,
    receipts: {
      findFinished: (id) => receipts.findFinished(id),
      hasDeclined: (id) => receipts.hasDeclined(id),
      isAvailable: () => false,
    },
  };
}

/** Declines every batch that it is drawn for. */
export function declining(validator: ValidatorCapabilities): ValidatorCapabilities {
  const { receipts } = validator;
  return {
    ...validator,
    receipts: {
      findFinished: () => undefined,
      hasDeclined: () => true,
      isAvailable: () => receipts.isAvailable(),
    },
  };
}

function distortBatch(finished: FinishedBatch): FinishedBatch {
  // A validation job has no executions to lie about.
  if (finished.executions.every((list) => list.length === 0)) return finished;
  const executions = finished.executions.map((list) => list.map(distort));
  const leaves = executions.map((list, position) =>
    list.length === 0
      ? (finished.leaves[position] ?? NO_RECEIPT)
      : requestLeaf(
          list.map(({ receipt }) => receipt),
          list.some(({ receipt }) => receipt.workDigest.length > 0),
        ),
  );
  return { ...finished, executions, leaves, batchRoot: batchRoot(leaves) };
}

/** Another output of the same length, with a receipt that fits it. */
export function distort(execution: Execution): Execution {
  const output = execution.output.slice();
  const last = output.length - 1;
  output[last] = (output[last] ?? 0) ^ 1;
  return { output, receipt: { ...execution.receipt, outputDigest: sha256(output) } };
}
