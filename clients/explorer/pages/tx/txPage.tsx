import type { JSX } from "preact";
import { findTx, fromHex, type IncludedTx, type RpcTransport, SdkError } from "#sdk/index.js";
import { messagesOf } from "../../chain/txMessages.js";
import { useRead } from "../../chain/useRead.js";
import { groupDigits } from "../../format/amount.js";
import { Badge } from "../../ui/badge.js";
import { Card } from "../../ui/card.js";
import { Facts } from "../../ui/facts.js";
import { BlockLink } from "../../ui/links.js";
import { Notice } from "../../ui/notice.js";
import { ReadingView } from "../../ui/readingView.js";
import { EventList } from "../block/eventList.js";

/** A transaction: its messages, how it went, and what it did. */
export function TxPage({ hash }: { readonly hash: string }): JSX.Element {
  const reading = useRead(`tx/${hash}`, (rpc, signal) => readTx(rpc, hash, signal));
  return (
    <>
      <div class="page-head">
        <h1>Transaction</h1>
        {reading.state === "ready" && (
          <Badge status={reading.value.result.code === 0 ? "OK" : "FAILED"} />
        )}
      </div>
      <p class="address">
        <code>{hash.toUpperCase()}</code>
      </p>
      <ReadingView reading={reading} lines={6}>
        {(found) => <TxView found={found} />}
      </ReadingView>
    </>
  );
}

function TxView({ found }: { readonly found: IncludedTx }): JSX.Element {
  const { result, height, tx } = found;
  return (
    <>
      {result.code !== 0 && (
        <Notice tone="bad">
          <strong>
            {result.codespace}/{result.code}:
          </strong>{" "}
          {result.log}
        </Notice>
      )}
      <Card title="Inclusion">
        <Facts
          facts={[
            ["Block", <BlockLink key="b" height={height} />],
            ["Gas", `${groupDigits(result.gasUsed)} of ${groupDigits(result.gasWanted)}`],
            ["Size", `${groupDigits(tx.length)} bytes`],
          ]}
        />
      </Card>
      {messagesOf(tx).map(({ name, fields }, index) => (
        <Card key={index} title={name}>
          <Facts
            facts={fields.map(
              ([field, value]) => [field, <code key={field}>{value}</code>] as const,
            )}
          />
        </Card>
      ))}
      <Card title="What it did">
        <EventList events={result.events} />
      </Card>
    </>
  );
}

async function readTx(rpc: RpcTransport, hash: string, signal: AbortSignal): Promise<IncludedTx> {
  const bytes = fromHex(hash.toLowerCase());
  const found = bytes === undefined ? undefined : await findTx(rpc, bytes, { signal });
  if (found !== undefined) return found;
  throw new SdkError("NOT_FOUND", { path: "tx", log: `no transaction ${hash} in a block` });
}
