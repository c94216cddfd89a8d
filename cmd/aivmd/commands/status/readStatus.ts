import type { JsonObject, JsonValue } from "#core/codec/json.js";
import { toUpperHex } from "#core/primitives/bytes.js";
import { queryMethod } from "#sdk/query/queryMethod.js";
import { INFERENCE_QUERIES } from "#sdk/query/services.js";
import type { RpcTransport } from "#sdk/rpc/transport.js";

/** How a validator serves inference. */
export interface ProviderStatus {
  /** `none` for a node that is no validator of the present set. */
  readonly state: "available" | "unavailable" | "none";
  /** Height at which it last said whether it is available; 0 when it never had to. */
  readonly sinceHeight: bigint;
  readonly openBatches: number;
  /** Faults that count towards a jailing. */
  readonly recentFaults: number;
}

/** What a node says of itself, its application and its validator. */
export interface NodeOverview {
  /** CometBFT's own answer: `node_info`, `sync_info` and `validator_info`. */
  readonly comet: JsonObject;
  readonly chainId: string;
  readonly moniker: string;
  readonly nodeId: string;
  readonly cometVersion: string;
  readonly height: bigint;
  readonly time: string;
  readonly catchingUp: boolean;
  readonly peers: number;
  /** Last state of the application. */
  readonly app: { readonly height: bigint; readonly appHash: string };
  readonly validator: { readonly address: string; readonly power: bigint };
  readonly provider: ProviderStatus;
}

/** Asks a node; errors are those of the SDK's calls. */
export async function readStatus(rpc: RpcTransport): Promise<NodeOverview> {
  const [status, abci, net] = await Promise.all([
    rpc.call("status", {}),
    rpc.call("abci_info", {}),
    rpc.call("net_info", {}),
  ]);
  const [node, sync] = [status.field("node_info"), status.field("sync_info")];
  const app = abci.field("response");
  const validator = {
    address: status.field("validator_info").field("address").text(),
    power: status.field("validator_info").field("voting_power").int64(),
  };
  const height = app.optional("last_block_height")?.int64() ?? 0n;
  return {
    comet: objectOf(status.value),
    chainId: node.field("network").text(),
    moniker: node.field("moniker").text(),
    nodeId: node.field("id").text(),
    cometVersion: node.field("version").text(),
    height: sync.field("latest_block_height").int64(),
    time: sync.field("latest_block_time").text(),
    catchingUp: sync.field("catching_up").bool(),
    peers: Number(net.field("n_peers").int64()),
    app: { height, appHash: toUpperHex(app.field("last_block_app_hash").base64()) },
    validator,
    provider: height > 0n && validator.power > 0n ? await readProvider(rpc, validator) : NONE,
  };
}

const NONE: ProviderStatus = {
  state: "none",
  sinceHeight: 0n,
  openBatches: 0,
  recentFaults: 0,
};

/** Every validator of the set is a provider: it could not be in the set without a VRF key. */
async function readProvider(
  rpc: RpcTransport,
  { address }: NodeOverview["validator"],
): Promise<ProviderStatus> {
  const { provider } = await queryMethod(rpc, {
    service: INFERENCE_QUERIES,
    method: "Provider",
    request: { consensusAddress: address.toLowerCase() },
  });
  return {
    state: provider.unavailable ? "unavailable" : "available",
    sinceHeight: provider.availabilityHeight,
    openBatches: provider.openBatches,
    recentFaults: provider.recentFaults,
  };
}

function objectOf(value: JsonValue): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
}
