import { attempt } from "#core/codec/attempt.js";
import { TxMsgData } from "#core/codec/generated/cosmos/base/abci/v1beta1.js";
import type { MessageCodec } from "#core/codec/message.js";
import { ChainError } from "#core/primitives/errors.js";
import { SdkError } from "../errors.js";
import type { IncludedTx } from "../rpc/includedTx.js";

/**
 * What the message at `index` of an included transaction returned. Fails with `RPC_MALFORMED` when
 * the endpoint does not show a response of that type.
 *
 * @example
 * const { requestId } = msgResponse(included, MsgRequestInferenceResponse);
 */
export function msgResponse<T extends object>(
  { result }: IncludedTx,
  codec: MessageCodec<T>,
  index = 0,
): T {
  const at = `result.tx_result.data[${index}]`;
  const decoded = attempt(() => {
    const packed = TxMsgData.decode(result.data).msgResponses[index];
    return packed?.typeUrl === codec.typeUrl ? codec.decode(packed.value) : undefined;
  });
  if (decoded === undefined || decoded instanceof ChainError) {
    const facts = { method: "tx", at, problem: `not a ${codec.typeName}` };
    throw new SdkError("RPC_MALFORMED", facts, decoded);
  }
  return decoded;
}
