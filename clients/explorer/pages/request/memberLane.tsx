import type { JSX } from "preact";
import { shortText } from "../../format/short.js";
import type { Member } from "./members.js";

const MARK = 7;

/** One member's lane: a square where it committed, a disc where it revealed, a cross for a fault. */
export function MemberLane({
  member,
  name,
  y,
  xOf,
}: {
  readonly member: Member;
  readonly name: string;
  readonly y: number;
  readonly xOf: (height: bigint) => number | undefined;
}): JSX.Element {
  const commitX = member.commitHeight === undefined ? undefined : xOf(member.commitHeight);
  const revealX = member.revealHeight === undefined ? undefined : xOf(member.revealHeight);
  return (
    <g class={`lane lane-${member.verdict ?? "waiting"}`}>
      <text class="lane-name" x={0} y={y + 4}>
        {shortText(name, 14, 3)}
      </text>
      {commitX !== undefined && revealX !== undefined && (
        <line class="lane-path" x1={commitX} y1={y} x2={revealX} y2={y} />
      )}
      {commitX !== undefined && (
        <rect
          class="lane-commit"
          x={commitX - MARK}
          y={y - MARK}
          width={MARK * 2}
          height={MARK * 2}
          rx={2}
        />
      )}
      {revealX !== undefined && <circle class="lane-reveal" cx={revealX} cy={y} r={MARK} />}
      {member.fault !== undefined && (
        <text class="lane-fault" x={(revealX ?? commitX ?? 110) + 14} y={y + 4}>
          {member.fault.toLowerCase()}
        </text>
      )}
    </g>
  );
}
