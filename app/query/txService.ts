import type { TxDecoder } from "#core/baseapp/blockRunner.js";
import type { QueryHandlers } from "#core/baseapp/queryRouter.js";
import { queryHandler } from "#core/baseapp/queryRouter.js";
import type { TxRunner } from "#core/baseapp/txRunner.js";
import { TxMsgData } from "#core/codec/generated/cosmos/base/abci/v1beta1.js";
import {
  AuthInfo,
  ServiceService,
  SimulateRequest,
  SimulateResponse,
  type Tx,
  TxBody,
  TxDecodeRequest,
  TxDecodeResponse,
  TxEncodeRequest,
  TxEncodeResponse,
  TxRaw,
} from "#core/codec/generated/cosmos/tx/v1beta1.js";
import type { DecodedTx } from "#core/codec/tx.js";
import { ChainError } from "#core/primitives/errors.js";
import { invalidRequest, txDecode, unknownRequest } from "#core/primitives/sdkErrors.js";

/** cosmos.tx.v1beta1.Service as far as it needs state alone. */
export const TX_SERVICE = ServiceService;

/** What decodes and runs a transaction that is simulated. */
export interface Simulator {
  readonly decode: TxDecoder;
  readonly txRunner: TxRunner;
}

/**
 * Simulation of a transaction on a copy of the state: the gas it would use and what it returns; and
 * the conversions between a transaction's bytes and its parts.
 */
export function txServiceQueries(simulator: Simulator): QueryHandlers {
  return new Map([
    ["Simulate", simulate(simulator)],
    ["TxDecode", txDecodeQuery(simulator)],
    ["TxEncode", txEncodeQuery()],
  ]);
}

/** A transaction as the SDK's services show it. */
export function txOf({ body, authInfo, raw }: DecodedTx): Tx {
  return { body, authInfo, signatures: raw.signatures };
}

const txDecodeQuery = ({ decode }: Simulator) =>
  queryHandler({ request: TxDecodeRequest, response: TxDecodeResponse }, (_ctx, { txBytes }) => {
    if (txBytes.length === 0) throw invalidRequest({ problem: "invalid empty tx bytes" });
    const tx = decode(txBytes);
    if (tx instanceof ChainError) throw txDecode({ problem: tx.message });
    return { tx: txOf(tx) };
  });

const txEncodeQuery = () =>
  queryHandler({ request: TxEncodeRequest, response: TxEncodeResponse }, (_ctx, { tx }) => {
    if (tx === undefined) throw invalidRequest({ problem: "invalid empty tx" });
    return { txBytes: encodeTx(tx) };
  });

/** Bytes of a transaction; parts that it lacks are empty. */
function encodeTx({ body, authInfo, signatures }: Tx): Uint8Array {
  return TxRaw.encode({
    bodyBytes: TxBody.encode(body ?? TxBody.create()),
    authInfoBytes: AuthInfo.encode(authInfo ?? AuthInfo.create()),
    signatures,
  });
}

const simulate = ({ decode, txRunner }: Simulator) =>
  queryHandler({ request: SimulateRequest, response: SimulateResponse }, (ctx, request) => {
    const tx = decode(bytesOf(request));
    if (tx instanceof ChainError) throw simulationFailed(txDecode({ problem: tx.message }), 0n);
    const run = { tx, header: ctx.header, mode: "simulate", branch: ctx.branch() } as const;
    const result = txRunner.run(run);
    if (result.code !== 0) throw simulationFailed({ message: result.log }, result.gasUsed);
    const { gasWanted, gasUsed, data } = result;
    return {
      gasInfo: { gasWanted, gasUsed },
      result: {
        data,
        log: result.log,
        events: result.events.map(({ type, attributes }) => ({
          type,
          attributes: attributes.map(({ key, value }) => ({ key, value, index: true })),
        })),
        msgResponses: TxMsgData.decode(data).msgResponses,
      },
    };
  });

/** Relayers read the sentence of the failure out of this one. */
function simulationFailed(failure: { readonly message: string }, gasUsed: bigint): ChainError {
  return unknownRequest({ problem: `${failure.message} with gas used: '${gasUsed}'` });
}

/** Transaction bytes; relayers still send the deprecated field `tx`. */
function bytesOf(request: SimulateRequest): Uint8Array {
  if (request.txBytes.length > 0) return request.txBytes;
  const { tx } = request;
  if (tx === undefined) throw invalidRequest({ problem: "empty txBytes is not allowed" });
  return encodeTx(tx);
}
