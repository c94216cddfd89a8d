import type { JSX } from "preact";
import { type Fault, FaultKindNames } from "#core/codec/generated/aivm/inference/v1.js";
import { shortName } from "#sdk/index.js";
import { formatCoin } from "../../format/amount.js";
import { Badge } from "../../ui/badge.js";
import { DataTable } from "../../ui/dataTable.js";
import { BlockLink } from "../../ui/links.js";

/** Faults, the newest first. */
export function FaultTable({ faults }: { readonly faults: readonly Fault[] }): JSX.Element {
  return (
    <DataTable
      label="faults"
      columns={[
        { title: "Kind", cell: ({ kind }) => <Badge status={shortName(FaultKindNames, kind)} /> },
        { title: "Block", align: "right", cell: ({ height }) => <BlockLink height={height} /> },
        { title: "Batch", align: "right", cell: ({ batchId }) => batchId.toString() },
        { title: "Penalty", align: "right", cell: ({ penalty }) => formatCoin(penalty) },
      ]}
      rows={faults}
      rowKey={({ batchId, seat, kind }) => `${batchId}/${seat}/${kind}`}
      empty="None: it answered everything that it was drawn for."
    />
  );
}
