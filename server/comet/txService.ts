import { txOf } from "#app/query/txService.js";
import type { TxDecoder } from "#core/baseapp/blockRunner.js";
import {
  type BroadcastTxRequest,
  type GetBlockWithTxsRequest,
  type GetBlockWithTxsResponse,
  type GetTxRequest,
  type GetTxResponse,
  type GetTxsEventRequest,
  type GetTxsEventResponse,
  OrderBy,
  ServiceService,
} from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { fromHex, toBase64 } from "#core/primitives/bytes.js";
import { ChainError } from "#core/primitives/errors.js";
import { readIncludedTx } from "#sdk/rpc/includedTx.js";
import type { RpcTransport } from "#sdk/rpc/transport.js";
import { CallFailure, StatusCode } from "../doors/callStatus.js";
import type { NodeMethod, NodeService } from "../doors/doorCalls.js";
import { fetchBlock } from "./blocks.js";
import { broadcastTx } from "./broadcast.js";
import { callComet } from "./cometRpc.js";
import { showTxs } from "./txResponses.js";

/** The part of cosmos.tx.v1beta1.Service that looks into CometBFT's index, blocks and mempool. */
export function txService(rpc: RpcTransport, decode: TxDecoder): NodeService {
  const methods: ReadonlyArray<readonly [string, NodeMethod]> = [
    ["GetTx", (request) => getTx(rpc, decode, request as GetTxRequest)],
    ["GetTxsEvent", (request) => getTxsEvent(rpc, decode, request as GetTxsEventRequest)],
    ["BroadcastTx", (request) => broadcastTx(rpc, request as BroadcastTxRequest)],
    ["GetBlockWithTxs", (request) => blockWithTxs(rpc, decode, request as GetBlockWithTxsRequest)],
  ];
  return { service: ServiceService, methods: new Map(methods) };
}

async function getTx(
  rpc: RpcTransport,
  decode: TxDecoder,
  { hash }: GetTxRequest,
): Promise<GetTxResponse> {
  if (hash === "") throw refusal("tx hash cannot be empty");
  const bytes = fromHex(hash.toLowerCase());
  if (bytes === undefined) throw refusal("tx hash must be hex digits");
  const found = await callComet(rpc, "tx", { hash: toBase64(bytes), prove: false }).catch(
    (error: unknown) => {
      throw error instanceof CallFailure && /not found/.test(error.message) ? absent(hash) : error;
    },
  );
  const [shown] = await showTxs(rpc, decode, [readIncludedTx(found)]);
  if (shown === undefined) throw absent(hash);
  return { tx: shown.tx, txResponse: shown.response };
}

function absent(hash: string): CallFailure {
  return new CallFailure(StatusCode.NOT_FOUND, `tx not found: ${hash.slice(0, 64)}`);
}

/** The SDK's default, which is also CometBFT's largest page. */
const PAGE_LIMIT = 100n;

async function getTxsEvent(
  rpc: RpcTransport,
  decode: TxDecoder,
  request: GetTxsEventRequest,
): Promise<GetTxsEventResponse> {
  // Clients from before SDK 0.50 send the conditions one by one.
  const query = request.query === "" ? request.events.join(" AND ") : request.query;
  if (query === "") throw refusal("query cannot be empty");
  const limit = request.limit === 0n || request.limit > PAGE_LIMIT ? PAGE_LIMIT : request.limit;
  const result = await callComet(rpc, "tx_search", {
    query,
    prove: false,
    page: String(request.page === 0n ? 1n : request.page),
    per_page: String(limit),
    order_by: request.orderBy === OrderBy.DESC ? "desc" : "asc",
  });
  const found = result.field("txs").elements().map(readIncludedTx);
  const shown = await showTxs(rpc, decode, found);
  return {
    txs: shown.map(({ tx }) => tx),
    txResponses: shown.map(({ response }) => response),
    pagination: undefined,
    total: result.field("total_count").int64(),
  };
}

async function blockWithTxs(
  rpc: RpcTransport,
  decode: TxDecoder,
  { height, pagination }: GetBlockWithTxsRequest,
): Promise<GetBlockWithTxsResponse> {
  const status = await callComet(rpc, "status");
  const latest = status.field("sync_info").field("latest_block_height").int64();
  if (height < 1n || height > latest) {
    throw refusal(
      `requested height ${height} but height must not be less than 1 ` +
        `or greater than the current height ${latest}: invalid height`,
    );
  }
  const { blockId, block } = await fetchBlock(rpc, height);
  const all = block.data.txs;
  const { offset = 0n, limit = 0n, reverse = false } = pagination ?? {};
  if (offset >= BigInt(all.length) && all.length > 0) {
    throw refusal(
      `out of range: cannot paginate ${all.length} txs with offset ${offset} and limit ${limit}: ` +
        "invalid request",
    );
  }
  const start = Number(offset);
  const count = limit === 0n || limit > PAGE_LIMIT ? Number(PAGE_LIMIT) : Number(limit);
  const page = (reverse ? all.toReversed() : all).slice(start, start + count);
  const txs = page.map(decode).flatMap((tx) => (tx instanceof ChainError ? [] : [txOf(tx)]));
  const nextKey = new Uint8Array(0);
  return { txs, blockId, block, pagination: { nextKey, total: BigInt(all.length) } };
}

function refusal(problem: string): CallFailure {
  return new CallFailure(StatusCode.INVALID_ARGUMENT, problem);
}
