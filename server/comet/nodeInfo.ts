import { APP_NAME, APP_VERSION } from "#app/chain.js";
import type {
  GetNodeInfoResponse,
  VersionInfo,
} from "#core/codec/generated/cosmos/base/tendermint/v1beta1.js";
import type { DefaultNodeInfo } from "#core/codec/generated/tendermint/p2p.js";
import type { JsonCursor } from "#sdk/rpc/jsonCursor.js";

/** Version of the Cosmos SDK whose messages, queries and texts this node has. */
export const COSMOS_SDK_VERSION = "v0.50.14";

/** What the node says of itself, from the `node_info` of CometBFT's status. */
export function readNodeInfo(json: JsonCursor): GetNodeInfoResponse {
  const defaultNodeInfo = readDefaultNodeInfo(json);
  return { defaultNodeInfo, applicationVersion: applicationVersion(defaultNodeInfo.version) };
}

function readDefaultNodeInfo(json: JsonCursor): DefaultNodeInfo {
  const protocol = json.field("protocol_version");
  const other = json.field("other");
  return {
    protocolVersion: {
      p2p: protocol.field("p2p").int64(),
      block: protocol.field("block").int64(),
      app: protocol.field("app").int64(),
    },
    defaultNodeId: json.field("id").text(),
    listenAddr: json.field("listen_addr").text(),
    network: json.field("network").text(),
    version: json.field("version").text(),
    channels: json.field("channels").hex(),
    moniker: json.field("moniker").text(),
    other: {
      txIndex: other.field("tx_index").text(),
      rpcAddress: other.field("rpc_address").text(),
    },
  };
}

/** Relayers choose their dialect by the versions among the dependencies. */
function applicationVersion(cometVersion: string): VersionInfo {
  return {
    name: APP_NAME,
    appName: `${APP_NAME}d`,
    version: APP_VERSION,
    gitCommit: "",
    buildTags: "",
    goVersion: "",
    buildDeps: [
      { path: "github.com/cometbft/cometbft", version: `v${cometVersion}`, sum: "" },
      { path: "github.com/cosmos/cosmos-sdk", version: COSMOS_SDK_VERSION, sum: "" },
    ],
    cosmosSdkVersion: COSMOS_SDK_VERSION,
  };
}
