import type { BlockRequest } from "#core/abci/requests.js";
import type { TxDecoder } from "#core/baseapp/blockRunner.js";
import type { Context } from "#core/baseapp/context.js";
import { attempt } from "#core/codec/attempt.js";
import { ChainError } from "#core/primitives/errors.js";
import { checkInjected } from "#modules/inference/index.js";
import { isInjected } from "#modules/inference/types/injected.js";
import type { Wiring } from "../wiring.js";
import { blockReport } from "./blockRequest.js";

/**
 * Whether a proposed block may be decided: transaction 0 stands up to every check, and nothing
 * else in the block looks like it, fails to decode or wants more gas than a block has. A pure
 * function of the block and the committed state, over which `ctx` is.
 */
export function processProposal(
  ctx: Context,
  given: { readonly wiring: Wiring; readonly maxGas: bigint | undefined },
  request: BlockRequest,
): boolean {
  const [first, ...rest] = request.txs;
  const report = blockReport(request);
  const { inference } = given.wiring.keepers;
  const fault = attempt(() => {
    checkInjected(ctx, inference, { bytes: first, report });
  });
  if (fault instanceof ChainError || rest.some(isInjected)) return false;
  const gas = totalGas(rest, given.wiring.decode);
  return gas !== undefined && (given.maxGas === undefined || gas <= given.maxGas);
}

/** Gas that the transactions want together; undefined when one does not decode. */
function totalGas(txs: readonly Uint8Array[], decode: TxDecoder): bigint | undefined {
  let gas = 0n;
  for (const bytes of txs) {
    const tx = decode(bytes);
    if (tx instanceof ChainError) return undefined;
    gas += tx.authInfo.fee?.gasLimit ?? 0n;
  }
  return gas;
}
