import { type Execution, ReceiptStatus } from "#core/codec/generated/aivm/inference/v1.js";
import { sha256 } from "#core/crypto/hash.js";
import type {
  AggregationCall,
  AggregationOutcome,
  Aggregator,
} from "#modules/inference/types/expectedKeepers.js";

/** What aggregation code costs unless a test says otherwise. */
export const AGGREGATION_GAS = 1_000n;

/** An aggregation that gives these bytes and accepts everybody. */
export function aggregated(output: Uint8Array, call: AggregationCall): AggregationOutcome {
  const receipt = {
    status: ReceiptStatus.OK,
    gasUsed: AGGREGATION_GAS,
    outputSize: BigInt(output.length),
    outputDigest: sha256(output),
    workDigest: new Uint8Array(0),
  };
  const execution: Execution = { receipt, output };
  return { execution, accepted: call.outputs.map(() => true) };
}

/** Keeps every call and answers as a test has it; by default with the first output. */
export class RecordingAggregator implements Aggregator {
  readonly calls: AggregationCall[] = [];
  answer: (call: AggregationCall) => AggregationOutcome = (call) =>
    aggregated(call.outputs[0] as Uint8Array, call);

  aggregate(call: AggregationCall): AggregationOutcome {
    this.calls.push(call);
    return this.answer(call);
  }
}
