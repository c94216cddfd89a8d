import type { JSX } from "preact";
import { shortText, spokenName } from "../../format/short.js";
import type { Member } from "./members.js";

const MARK = 7;
const LABEL_GAP = 14;

type XOf = (height: bigint) => number | undefined;

/**
 * One member's lane: a square where it committed, a disc where it revealed, a cross for a fault, a
 * ring where it took the place of another, and a word for who left.
 */
export function MemberLane({
  member,
  name,
  y,
  xOf,
}: {
  readonly member: Member;
  readonly name: string;
  readonly y: number;
  readonly xOf: XOf;
}): JSX.Element {
  const at = (height: bigint | undefined): number | undefined =>
    height === undefined ? undefined : xOf(height);
  const [commitX, revealX] = [at(member.commitHeight), at(member.revealHeight)];
  const redrawnX = at(member.redrawnHeight);
  return (
    <g class={`lane lane-${member.verdict ?? "waiting"}`}>
      <text class="lane-name" x={0} y={y + 4}>
        {shortText(name, 14, 3)}
      </text>
      {redrawnX !== undefined && (
        <circle class="lane-redrawn" cx={redrawnX} cy={y} r={MARK - 2}>
          <title>{`${name} was drawn in the place of another`}</title>
        </circle>
      )}
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
      <Ending member={member} xOf={xOf} y={y} />
    </g>
  );
}

/** What a lane ends with that is not an answer; beside the member's last mark. */
function Ending({
  member,
  xOf,
  y,
}: {
  readonly member: Member;
  readonly xOf: XOf;
  readonly y: number;
}): JSX.Element | null {
  const { fault, left, revealHeight, commitHeight, redrawnHeight } = member;
  const last = [revealHeight, commitHeight, left?.height, redrawnHeight]
    .map((height) => (height === undefined ? undefined : xOf(height)))
    .find((x) => x !== undefined);
  const x = (last ?? FIRST_X) + LABEL_GAP;
  if (fault !== undefined) {
    return (
      <text class="lane-fault" x={x} y={y + 4}>
        ✕ {spokenName(fault)}
      </text>
    );
  }
  if (left === undefined) return null;
  return (
    <text class="lane-left" x={x} y={y + 4}>
      {spokenName(member.status)}
    </text>
  );
}

/** Where words begin in the lane of a member that did nothing at all. */
const FIRST_X = 110;
