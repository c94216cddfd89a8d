import type { JSX } from "preact";
import type { BlockSummary } from "../chain/blockSummaries.js";
import type { ValidatorList } from "../chain/validatorList.js";
import { Age } from "./age.js";
import { type Column, DataTable } from "./dataTable.js";
import { BlockLink, Hex, PageLink } from "./links.js";

/** Blocks, newest first. */
export function BlockTable({
  blocks,
  validators,
}: {
  readonly blocks: readonly BlockSummary[];
  readonly validators: ValidatorList | undefined;
}): JSX.Element {
  const columns: ReadonlyArray<Column<BlockSummary>> = [
    { title: "Height", cell: ({ height }) => <BlockLink height={height} /> },
    {
      title: "Proposer",
      cell: ({ proposer }) => <Proposer address={proposer} list={validators} />,
    },
    {
      title: "Txs",
      align: "right",
      cell: ({ txs }) => (txs === 0 ? <span class="faint">0</span> : txs),
    },
    { title: "Age", align: "right", cell: ({ time }) => <Age time={time} /> },
  ];
  return (
    <DataTable
      label="latest blocks"
      columns={columns}
      rows={blocks}
      rowKey={({ height }) => String(height)}
      empty="No block yet: the first one comes when enough validators are up."
    />
  );
}

/** Who proposed a block, by name where it is known. */
export function Proposer({
  address,
  list,
}: {
  readonly address: string;
  readonly list: ValidatorList | undefined;
}): JSX.Element {
  const known = list?.ofConsensus(address);
  if (known === undefined) return <Hex hex={address} head={8} />;
  return <PageLink to={{ page: "validator", operator: known.operator }}>{known.moniker}</PageLink>;
}
