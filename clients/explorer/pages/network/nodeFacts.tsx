import type { JSX } from "preact";
import {
  REWARD_QUERIES,
  queryMethod,
  type RpcTransport,
  status,
  type NodeStatus,
} from "#sdk/index.js";
import { useRead } from "../../chain/useRead.js";
import { formatCoin, groupDigits } from "../../format/amount.js";
import { Card } from "../../ui/card.js";
import { Facts } from "../../ui/facts.js";
import { BlockLink } from "../../ui/links.js";
import { ReadingView } from "../../ui/readingView.js";

interface NodeView {
  readonly node: NodeStatus;
  readonly pool: string;
}

/** The node behind the endpoint, and the chain's common purse. */
export function NodeFacts(): JSX.Element {
  const reading = useRead("node", readNode, { isLive: true });
  return (
    <Card title="The node that this page asks">
      <ReadingView reading={reading}>
        {({ node, pool }) => (
          <Facts
            facts={[
              ["Chain", node.chainId],
              ["Node", node.moniker],
              ["CometBFT", node.version],
              ["Height", groupDigits(node.latestHeight)],
              ["Oldest block", <BlockLink key="e" height={node.earliestHeight} />],
              ["In step", node.catchingUp ? "no: it fetches blocks" : "yes"],
              ["Community pool", pool],
            ]}
          />
        )}
      </ReadingView>
    </Card>
  );
}

async function readNode(rpc: RpcTransport, signal: AbortSignal): Promise<NodeView> {
  const call = { service: REWARD_QUERIES, method: "CommunityPool", request: {} } as const;
  const [node, { pool }] = await Promise.all([
    status(rpc, { signal }),
    queryMethod(rpc, call, { signal }),
  ]);
  return { node, pool: formatCoin(pool) };
}
