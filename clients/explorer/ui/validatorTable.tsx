import type { JSX } from "preact";
import type { ValidatorList, ValidatorSummary } from "../chain/validatorList.js";
import { formatUnes, groupDigits } from "../format/amount.js";
import { Badge } from "./badge.js";
import { type Column, DataTable } from "./dataTable.js";
import { PageLink } from "./links.js";

const BASIS = 10_000n;

/** Validators with their share of the power. */
export function ValidatorTable({ list }: { readonly list: ValidatorList }): JSX.Element {
  const total = list.totalPower;
  const columns: ReadonlyArray<Column<ValidatorSummary>> = [
    {
      title: "Validator",
      cell: ({ operator, moniker }) => (
        <PageLink to={{ page: "validator", operator }} title={operator}>
          {moniker}
        </PageLink>
      ),
    },
    { title: "Stake", align: "right", cell: ({ tokens }) => formatUnes(tokens) },
    { title: "Power", align: "right", wideOnly: true, cell: ({ power }) => groupDigits(power) },
    { title: "Share", align: "right", wideOnly: true, cell: ({ power }) => shareOf(power, total) },
    { title: "Status", cell: ({ status }) => <Badge status={status} /> },
  ];
  return (
    <DataTable
      label="validators"
      columns={columns}
      rows={list.all}
      rowKey={({ operator }) => operator}
      empty="The chain has no validators yet."
    />
  );
}

/** A share in percent with two decimals. */
export function shareOf(power: bigint, total: bigint): string {
  if (total === 0n) return "–";
  return `${(Number((power * BASIS) / total) / 100).toFixed(2)} %`;
}
