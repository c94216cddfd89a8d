import type { JSX } from "preact";
import type { ValidatorList } from "../../chain/validatorList.js";
import { formatUnes, groupDigits } from "../../format/amount.js";
import { Badge } from "../../ui/badge.js";
import { DataTable } from "../../ui/dataTable.js";
import { BlockLink, Hex, PageLink } from "../../ui/links.js";
import type { Member } from "./members.js";

/** What every member did, and got for it. */
export function MemberTable({
  members,
  validators,
}: {
  readonly members: readonly Member[];
  readonly validators: ValidatorList | undefined;
}): JSX.Element {
  return (
    <DataTable
      label="members"
      columns={[
        {
          title: "Member",
          cell: ({ operator }) => (
            <PageLink to={{ page: "validator", operator }} title={operator}>
              {validators?.ofOperator(operator)?.moniker ?? operator}
            </PageLink>
          ),
        },
        { title: "Power", align: "right", wideOnly: true, cell: ({ power }) => groupDigits(power) },
        {
          title: "Commitment",
          cell: ({ commitment, commitHeight }) => <At hex={commitment} height={commitHeight} />,
        },
        {
          title: "Revealed root",
          cell: ({ root, revealHeight }) => <At hex={root} height={revealHeight} />,
        },
        { title: "Verdict", cell: ({ verdict, status }) => <Badge status={verdict ?? status} /> },
        {
          title: "Fault",
          cell: ({ fault }) =>
            fault === undefined ? <span class="faint">none</span> : <Badge status={fault} />,
        },
        {
          title: "Paid",
          align: "right",
          cell: ({ paid }) =>
            paid === undefined ? <span class="faint">not yet</span> : formatUnes(paid),
        },
      ]}
      rows={members}
      rowKey={({ operator }) => operator}
      empty="No committee yet: it is drawn in the block after the request’s."
    />
  );
}

function At({
  hex,
  height,
}: {
  readonly hex: string;
  readonly height: bigint | undefined;
}): JSX.Element {
  return (
    <>
      <Hex hex={hex} head={8} />{" "}
      {height !== undefined && (
        <span class="faint">
          at <BlockLink height={height} />
        </span>
      )}
    </>
  );
}
