import type { ComponentChildren, JSX } from "preact";
import { messagesOf } from "../chain/txMessages.js";
import { Badge } from "./badge.js";
import { DataTable } from "./dataTable.js";
import { BlockLink, Hex, PageLink } from "./links.js";

/** What lists show of a transaction. */
export interface TxLine {
  /** Upper-case hex. */
  readonly hash: string;
  readonly height: bigint;
  readonly tx: Uint8Array;
  readonly code: number;
}

/** Transactions with the messages they hold. */
export function TxTable({
  txs,
  empty,
}: {
  readonly txs: readonly TxLine[];
  readonly empty: ComponentChildren;
}): JSX.Element {
  return (
    <DataTable
      label="transactions"
      columns={[
        {
          title: "Hash",
          cell: ({ hash }) => (
            <PageLink to={{ page: "tx", hash }}>
              <Hex hex={hash} />
            </PageLink>
          ),
        },
        { title: "Messages", wraps: true, cell: ({ tx }) => summaryOf(tx) },
        { title: "Block", align: "right", cell: ({ height }) => <BlockLink height={height} /> },
        { title: "Result", cell: ({ code }) => <Badge status={code === 0 ? "OK" : "FAILED"} /> },
      ]}
      rows={txs}
      rowKey={({ hash, height }) => `${hash}/${height}`}
      empty={empty}
    />
  );
}

function summaryOf(tx: Uint8Array): string {
  const names = messagesOf(tx).map(({ name }) => name);
  const [first = "unknown", ...more] = names;
  return more.length === 0 ? first : `${first} and ${more.length} more`;
}
