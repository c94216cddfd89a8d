import {
  ServiceService,
  type StatusResponse,
} from "#core/codec/generated/cosmos/base/node/v1beta1.js";
import type { RpcTransport } from "#sdk/rpc/transport.js";
import type { NodeService } from "../doors/doorCalls.js";
import { fetchHeader } from "./blocks.js";
import { callComet } from "./cometRpc.js";

/** The part of cosmos.base.node.v1beta1.Service that is not settings. */
export function nodeStatusService(rpc: RpcTransport): NodeService {
  return {
    service: ServiceService,
    methods: new Map([["Status", (_request: object, height: bigint) => statusAt(rpc, height)]]),
  };
}

/** As the SDK fills it, from the header of a height: 0 is the latest. */
async function statusAt(rpc: RpcTransport, asked: bigint): Promise<StatusResponse> {
  const sync = (await callComet(rpc, "status")).field("sync_info");
  const height = asked === 0n ? sync.field("latest_block_height").int64() : asked;
  const header = await fetchHeader(rpc, height);
  return {
    earliestStoreHeight: sync.field("earliest_block_height").int64(),
    height: header.height,
    timestamp: header.time,
    appHash: header.appHash,
    validatorHash: header.nextValidatorsHash,
  };
}
