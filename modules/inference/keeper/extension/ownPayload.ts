import { type Batch, BatchStatus, type Payload } from "#core/codec/generated/aivm/inference/v1.js";
import { equalBytes } from "#core/primitives/bytes.js";
import { publishesPayloads } from "../../types/batch.js";
import type { ReceiptSource } from "../../types/expectedKeepers.js";
import { payloadOf, wholePayload } from "../../types/payload.js";

/**
 * The outputs of a batch as this node has them, if they are the ones agreed: everything under the
 * agreed root, or after a comparison what is under agreed leaves. Undefined when there is no
 * agreement, the outputs are in state, or this node's work is not what was agreed.
 */
export function ownPayload(batch: Batch, receipts: ReceiptSource): Payload | undefined {
  if (batch.outputsReceived || publishesPayloads(batch)) return undefined;
  const finished = receipts.findFinished(batch.id);
  if (finished === undefined) return undefined;
  if (batch.agreedRoot.length > 0) {
    const same = equalBytes(finished.batchRoot, batch.agreedRoot);
    return same ? wholePayload(finished) : undefined;
  }
  if (batch.status !== BatchStatus.COMPARING || batch.agreedLeaves.length === 0) return undefined;
  const payload = payloadOf(finished, (position) => {
    const [own, agreed] = [finished.leaves[position], batch.agreedLeaves[position]];
    return own !== undefined && agreed !== undefined && equalBytes(own, agreed);
  });
  return payload.requests.length === 0 ? undefined : payload;
}
