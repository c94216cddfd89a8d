import type { JSX } from "preact";
import {
  type LatestBlocks,
  latestBlocks,
  meanBlockMs,
  timedBlocks,
} from "../../chain/blockSummaries.js";
import { useRead } from "../../chain/useRead.js";
import { toMs } from "../../format/time.js";
import { Card } from "../../ui/card.js";
import { ReadingView } from "../../ui/readingView.js";
import { BarChart, type Bar } from "./barChart.js";
import { NodeFacts } from "./nodeFacts.js";
import { WalletCard } from "./walletCard.js";

const BLOCKS = 60;
/** The network: how fast and how full its latest blocks are, and the node that is asked. */
export function NetworkPage(): JSX.Element {
  const reading = useRead(
    "chart",
    (rpc, signal, before: LatestBlocks | undefined) =>
      latestBlocks(rpc, BLOCKS, { signal, before }),
    {
      isLive: true,
    },
  );
  return (
    <>
      <h1>Network</h1>
      <ReadingView reading={reading} lines={8}>
        {(latest) => <Charts latest={latest} />}
      </ReadingView>
      <div class="columns">
        <NodeFacts />
        <WalletCard />
      </div>
    </>
  );
}

function Charts({ latest }: { readonly latest: LatestBlocks }): JSX.Element {
  const { blocks } = latest;
  const mean = meanBlockMs(blocks);
  const label = `the last ${blocks.length} blocks, oldest first`;
  return (
    <div class="columns columns-3">
      <Card title="Time between blocks" aside={mean === undefined ? "" : `mean ${seconds(mean)}`}>
        <BarChart label={`seconds between ${label}`} bars={gaps(latest)} say={seconds} />
      </Card>
      <Card
        title="Transactions in a block"
        aside={`most ${Math.max(0, ...blocks.map(({ txs }) => txs))}`}
      >
        <BarChart
          label={`transactions of ${label}`}
          bars={blocks.map(({ height, txs }) => ({ height, value: txs })).toReversed()}
          say={(value) => (value === 1 ? "1 transaction" : `${value} transactions`)}
        />
      </Card>
      <Card
        title="Size of a block"
        aside={`most ${kilobytes(Math.max(0, ...blocks.map(({ bytes }) => bytes)))}`}
      >
        <BarChart
          label={`bytes of ${label}`}
          bars={blocks.map(({ height, bytes }) => ({ height, value: bytes })).toReversed()}
          say={kilobytes}
        />
      </Card>
    </div>
  );
}

function gaps(latest: LatestBlocks): Bar[] {
  const blocks = timedBlocks(latest.blocks);
  return blocks
    .slice(0, -1)
    .map(({ height, time }, index) => {
      const before = blocks[index + 1];
      return { height, value: before === undefined ? 0 : toMs(time) - toMs(before.time) };
    })
    .toReversed();
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(2)} s`;
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1_000).toFixed(1)} kB`;
}
