import type { JSX } from "preact";
import { useRead } from "../../chain/useRead.js";
import { readValidators } from "../../chain/validatorList.js";
import { formatTime } from "../../format/time.js";
import { Proposer } from "../../ui/blockTable.js";
import { Card } from "../../ui/card.js";
import { Facts } from "../../ui/facts.js";
import { Hex, PageLink } from "../../ui/links.js";
import { ReadingView } from "../../ui/readingView.js";
import { TxTable } from "../../ui/txTable.js";
import { EventList } from "./eventList.js";
import { readBlock } from "./readBlock.js";

/** A block: who proposed it, who signed it, its transactions and what it did by itself. */
export function BlockPage({ height }: { readonly height: bigint }): JSX.Element {
  const reading = useRead(`block/${height}`, (rpc, signal) => readBlock(rpc, height, signal), {
    isLive: true,
    isFinal: ({ isLatest }) => !isLatest,
  });
  const validators = useRead("validators", readValidators);
  const list = validators.state === "ready" ? validators.value : undefined;
  return (
    <>
      <div class="page-head">
        <h1>Block {height.toString()}</h1>
        <nav class="pager" aria-label="neighbouring blocks">
          {height > 1n && (
            <PageLink to={{ page: "block", height: height - 1n }}>← {String(height - 1n)}</PageLink>
          )}
          <PageLink to={{ page: "block", height: height + 1n }}>{String(height + 1n)} →</PageLink>
        </nav>
      </div>
      <ReadingView reading={reading} lines={8}>
        {(block) => (
          <>
            <Card title="Header">
              <Facts
                facts={[
                  ["Time", formatTime(block.time)],
                  ["Proposer", <Proposer key="p" address={block.proposer} list={list} />],
                  ["Signed before it", `${block.signed} of ${block.signers} validators`],
                  ["Hash", <Hex key="h" hex={block.hash} head={20} />],
                  ["App hash", <Hex key="a" hex={block.appHash} head={20} />],
                  ["Votes carried", `${block.ownTxBytes} bytes in transaction 0`],
                ]}
              />
            </Card>
            <Card title="Transactions">
              <TxTable
                txs={block.txs}
                empty="No transaction but the chain’s own, which carries the members’ votes."
              />
            </Card>
            <Card title="What the block did">
              <EventList events={block.events} />
            </Card>
          </>
        )}
      </ReadingView>
    </>
  );
}
