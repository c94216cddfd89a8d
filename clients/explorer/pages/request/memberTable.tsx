import type { JSX } from "preact";
import type { ValidatorList } from "../../chain/validatorList.js";
import { formatUnes, groupDigits } from "../../format/amount.js";
import { Badge } from "../../ui/badge.js";
import { type Column, DataTable } from "../../ui/dataTable.js";
import { BlockLink, Hex, PageLink } from "../../ui/links.js";
import { roundName } from "./courseDrawing.js";
import type { Member } from "./members.js";

/** What every member did, and got for it. */
export function MemberTable({
  members,
  validators,
}: {
  readonly members: readonly Member[];
  readonly validators: ValidatorList | undefined;
}): JSX.Element {
  const round: Column<Member> = { title: "Round", cell: (member) => roundName(member) };
  const hasRounds = members.some((member) => member.round > 0);
  return (
    <DataTable
      label="members"
      columns={[
        ...(hasRounds ? [round] : []),
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
          cell: (member) => <FaultCell member={member} />,
        },
        {
          title: "Paid",
          align: "right",
          cell: ({ paid }) =>
            paid === undefined ? <span class="faint">–</span> : formatUnes(paid),
        },
      ]}
      rows={members}
      rowKey={({ operator, round: place }) => `${place}/${operator}`}
      empty="No committee yet: it is drawn in the block after the request’s."
    />
  );
}

function FaultCell({ member }: { readonly member: Member }): JSX.Element {
  const { fault, penalty, left } = member;
  if (fault === undefined) return <span class="faint">{left?.reason ?? "none"}</span>;
  return (
    <>
      <Badge status={fault} />{" "}
      {penalty !== undefined && <span class="faint">−{formatUnes(penalty)}</span>}
    </>
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
