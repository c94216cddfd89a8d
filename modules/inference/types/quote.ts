import { assertDefined } from "#core/primitives/assert.js";
import { divCeil, parseUint } from "#core/primitives/intMath.js";
import { Assurance, type Fees, type Params } from "#core/codec/generated/aivm/inference/v1.js";
import type { Manifest } from "#core/codec/generated/aivm/kernel/v1.js";

/** Gas that `compute_price` pays for. */
const GAS_PER_PRICE = 1_000_000n;

/** What is asked for. */
export interface QuoteFields {
  readonly inputCount: number;
  /** Gas that the executions of all inputs may take, each by its bucket. */
  readonly gas: bigint;
  /** What the author asks for one execution, in unes. */
  readonly authorPrice: bigint;
  /** Canonical bytes of all inputs. */
  readonly inputBytes: bigint;
  readonly assurance: Assurance;
  /** Offered on top of the quote, in unes. */
  readonly priorityFee: bigint;
}

/**
 * Fees of a request, in unes: a function of parameters, version, author's price and shapes of the
 * inputs, so that the quote is what is charged (protocol.md section 5). The compute part is rounded
 * up.
 */
export function computeFees(
  params: Params,
  { committee }: Pick<Manifest, "committee">,
  fields: QuoteFields,
): Fees {
  const inputs = BigInt(fields.inputCount);
  const seats = fields.assurance === Assurance.FULL ? committee.maximum : committee.target;
  const gas = fields.gas * BigInt(seats);
  const admission = amount(params.flatFee) + amount(params.feePerByte) * fields.inputBytes;
  return {
    admission: admission.toString(),
    compute: divCeil(gas * amount(params.computePrice), GAS_PER_PRICE).toString(),
    author: (fields.authorPrice * inputs).toString(),
    priority: fields.priorityFee.toString(),
  };
}

/** The quote: everything but the priority fee. */
export function priceOf(fees: Fees): bigint {
  return amount(fees.admission) + amount(fees.compute) + amount(fees.author);
}

/** What a request has in escrow: the quote and the priority fee. */
export function escrowOf(fees: Fees): bigint {
  return priceOf(fees) + amount(fees.priority);
}

function amount(digits: string): bigint {
  return assertDefined(parseUint(digits), "amounts were validated");
}
