import {
  type ABCIQueryRequest,
  type ABCIQueryResponse,
  type GetBlockByHeightResponse,
  type GetBlockByHeightRequest,
  type GetLatestBlockResponse,
  type GetLatestValidatorSetRequest,
  type GetLatestValidatorSetResponse,
  type GetNodeInfoResponse,
  type GetSyncingResponse,
  type GetValidatorSetByHeightRequest,
  type GetValidatorSetByHeightResponse,
  ServiceService,
  type Validator,
} from "#core/codec/generated/cosmos/base/tendermint/v1beta1.js";
import { PubKey } from "#core/codec/generated/cosmos/crypto/ed25519.js";
import { PubKey as SecpPubKey } from "#core/codec/generated/cosmos/crypto/secp256k1.js";
import type { PageRequest } from "#core/codec/generated/cosmos/base/query/v1beta1.js";
import type { Validator as CometValidator } from "#core/codec/generated/tendermint/types.js";
import { pack } from "#core/codec/typeRegistry.js";
import { formatAddress, toAddress } from "#core/crypto/address.js";
import { readValidator } from "#sdk/rpc/cometTypes.js";
import type { RpcTransport } from "#sdk/rpc/transport.js";
import { CallFailure, StatusCode } from "../doors/callStatus.js";
import type { NodeMethod, NodeService } from "../doors/doorCalls.js";
import type { QueryRequest, QueryResponse } from "../query/messages.js";
import { fetchBlock, toSdkBlock } from "./blocks.js";
import { callComet } from "./cometRpc.js";
import { readNodeInfo } from "./nodeInfo.js";

/** What the service asks. */
export interface CometServiceParts {
  readonly rpc: RpcTransport;
  /** Answers ABCI queries without CometBFT. */
  readonly query: (request: QueryRequest) => Promise<QueryResponse>;
}

/** cosmos.base.tendermint.v1beta1.Service: the node, its blocks and its validators. */
export function cometService({ rpc, query }: CometServiceParts): NodeService {
  const methods: ReadonlyArray<readonly [string, NodeMethod]> = [
    ["GetNodeInfo", () => nodeInfo(rpc)],
    ["GetSyncing", () => syncing(rpc)],
    ["GetLatestBlock", () => latestBlock(rpc)],
    ["GetBlockByHeight", (request) => blockByHeight(rpc, request as GetBlockByHeightRequest)],
    [
      "GetLatestValidatorSet",
      (request) => validatorSet(rpc, request as GetLatestValidatorSetRequest),
    ],
    [
      "GetValidatorSetByHeight",
      (request) => validatorSetByHeight(rpc, request as GetValidatorSetByHeightRequest),
    ],
    ["ABCIQuery", (request) => abciQuery(query, request as ABCIQueryRequest)],
  ];
  return { service: ServiceService, methods: new Map(methods) };
}

async function nodeInfo(rpc: RpcTransport): Promise<GetNodeInfoResponse> {
  return readNodeInfo((await callComet(rpc, "status")).field("node_info"));
}

async function syncing(rpc: RpcTransport): Promise<GetSyncingResponse> {
  const status = await callComet(rpc, "status");
  return { syncing: status.field("sync_info").field("catching_up").bool() };
}

async function latestBlock(rpc: RpcTransport): Promise<GetLatestBlockResponse> {
  const { blockId, block } = await fetchBlock(rpc);
  return { blockId, block, sdkBlock: toSdkBlock(block) };
}

async function blockByHeight(
  rpc: RpcTransport,
  { height }: GetBlockByHeightRequest,
): Promise<GetBlockByHeightResponse> {
  await requireHeight(rpc, height);
  const { blockId, block } = await fetchBlock(rpc, height);
  return { blockId, block, sdkBlock: toSdkBlock(block) };
}

/** In the SDK's words, its mistake included. */
async function requireHeight(rpc: RpcTransport, height: bigint): Promise<void> {
  const status = await callComet(rpc, "status");
  if (height <= status.field("sync_info").field("latest_block_height").int64()) return;
  throw refusal("requested block height is bigger then the chain length");
}

async function validatorSet(
  rpc: RpcTransport,
  { pagination }: { readonly pagination: PageRequest | undefined },
  height?: bigint,
): Promise<GetLatestValidatorSetResponse> {
  const at = height === undefined ? {} : { height: String(height) };
  const result = await callComet(rpc, "validators", { ...at, ...pageOf(pagination) });
  return {
    blockHeight: result.field("block_height").int64(),
    validators: result.field("validators").elements().map(readValidator).map(toSdkValidator),
    pagination: { nextKey: new Uint8Array(0), total: result.field("total").int64() },
  };
}

async function validatorSetByHeight(
  rpc: RpcTransport,
  request: GetValidatorSetByHeightRequest,
): Promise<GetValidatorSetByHeightResponse> {
  await requireHeight(rpc, request.height);
  return validatorSet(rpc, request, request.height);
}

/** CometBFT's and the SDK's default alike. */
const PAGE_LIMIT = 100n;

function pageOf(pagination: PageRequest | undefined) {
  const { offset = 0n, limit = 0n } = pagination ?? {};
  const size = limit === 0n || limit > PAGE_LIMIT ? PAGE_LIMIT : limit;
  return { page: String(offset / size + 1n), per_page: String(size) };
}

function toSdkValidator(validator: CometValidator): Validator {
  const { ed25519, secp256k1 } = validator.pubKey;
  return {
    address: formatAddress("consensus", toAddress(validator.address)),
    pubKey:
      ed25519.length > 0 ? pack(PubKey, { key: ed25519 }) : pack(SecpPubKey, { key: secp256k1 }),
    votingPower: validator.votingPower,
    proposerPriority: validator.proposerPriority,
  };
}

const QUERY_PATHS = ["app", "store", "p2p", "custom"];

async function abciQuery(
  query: CometServiceParts["query"],
  { path, data, height, prove }: ABCIQueryRequest,
): Promise<ABCIQueryResponse> {
  if (path === "") throw refusal("empty query path");
  const [first = ""] = path.replace(/^\//, "").split("/");
  if (!QUERY_PATHS.includes(first)) throw refusal(`unsupported ABCI query path: ${path}`);
  const response = await query({ path, data, height, prove });
  return {
    ...response,
    info: "",
    index: 0n,
    proofOps: { ops: response.proofOps.map((op) => ({ ...op })) },
  };
}

function refusal(problem: string): CallFailure {
  return new CallFailure(StatusCode.INVALID_ARGUMENT, problem);
}
