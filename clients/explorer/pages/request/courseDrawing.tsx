import type { JSX } from "preact";
import { useWidth } from "../../ui/useWidth.js";
import type { CourseStep, NameOf } from "./courseSteps.js";
import type { Member } from "./members.js";
import { MemberLane } from "./memberLane.js";

/** Where the drawing is as wide as its card, unless columns would be too narrow or too wide. */
const COLUMN_MIN = 44;
const COLUMN_MAX = 200;
const NAMES_SHARE = 0.16;
const NAMES_MIN = 60;
const HEAD = 52;
const LANE = 40;

/** The course of a request as lanes: one for each member, from left to right block by block. */
export function CourseDrawing({
  steps,
  members,
  nameOf,
}: {
  readonly steps: readonly CourseStep[];
  readonly members: readonly Member[];
  readonly nameOf: NameOf;
}): JSX.Element {
  const columns = columnsOf(steps.filter(({ isDrawn }) => isDrawn));
  const lanes = lanesOf(members);
  const [ref, cardWidth = 0] = useWidth<HTMLDivElement>();
  const namesWidth = Math.max(NAMES_MIN, Math.round(cardWidth * NAMES_SHARE));
  const columnWidth = columnWidthOf(cardWidth - namesWidth, columns.length);
  const xOf = (height: bigint): number | undefined => {
    const index = columns.findIndex((column) => column.height === height);
    return index < 0 ? undefined : namesWidth + columnWidth * index + columnWidth / 2;
  };
  const width = namesWidth + columnWidth * columns.length;
  const height = HEAD + LANE * lanes.length + 8;
  return (
    <div class="table-scroll" ref={ref}>
      <svg
        class="course"
        viewBox={`0 0 ${width} ${height}`}
        width={width}
        height={height}
        role="img"
        aria-label="when each member committed, revealed, left or was at fault; list and table below say the same"
      >
        {columns.map((column, index) => (
          <ColumnHead
            key={column.name}
            column={column}
            x={namesWidth + columnWidth * index + columnWidth / 2}
            bottom={height}
          />
        ))}
        {lanes.map((lane, index) => {
          const y = HEAD + LANE * index + LANE / 2;
          return typeof lane === "string" ? (
            <text key={lane} class="course-round" x={0} y={y + 6}>
              {lane}
            </text>
          ) : (
            <MemberLane
              key={`${lane.round}/${lane.operator}`}
              member={lane}
              name={nameOf(lane.operator)}
              y={y}
              xOf={xOf}
            />
          );
        })}
      </svg>
    </div>
  );
}

/** The members, round by round; where there is more than one round, each has a heading. */
function lanesOf(members: readonly Member[]): ReadonlyArray<Member | string> {
  const isOne = members.every(({ round }) => round === 0);
  if (isOne) return members;
  return members.flatMap((member, index) =>
    members[index - 1]?.round === member.round ? [member] : [roundName(member), member],
  );
}

/** How a round is called. */
export function roundName({ isEscalation }: Pick<Member, "isEscalation">): string {
  return isEscalation ? "all providers" : "committee";
}

function columnWidthOf(room: number, columns: number): number {
  const even = Math.floor(room / Math.max(1, columns));
  return Math.min(COLUMN_MAX, Math.max(COLUMN_MIN, even));
}

interface Column {
  readonly height: bigint;
  readonly name: string;
  readonly isStep: boolean;
}

const COLUMNS_MAX = 24;

/** Every block from the first step to the last; only the steps where that would be too many. */
function columnsOf(steps: readonly CourseStep[]): Column[] {
  const [first] = steps;
  const last = steps.at(-1);
  if (first === undefined || last === undefined) return [];
  const known = new Map(steps.map((step) => [step.height, step]));
  const blocks = Number(last.height - first.height) + 1;
  if (blocks > COLUMNS_MAX) return steps.map((step) => ({ ...step, isStep: true }));
  return Array.from({ length: blocks }, (_, index) => {
    const height = first.height + BigInt(index);
    return { height, name: index === 0 ? "R" : `R+${index}`, isStep: known.has(height) };
  });
}

function ColumnHead({
  column,
  x,
  bottom,
}: {
  readonly column: Column;
  /** Its middle. */
  readonly x: number;
  readonly bottom: number;
}): JSX.Element {
  return (
    <g class={column.isStep ? "course-step" : "course-between"}>
      <line x1={x} y1={HEAD - 6} x2={x} y2={bottom} />
      <text class="course-name" x={x} y={20}>
        {column.name}
      </text>
      <text class="course-height" x={x} y={37}>
        {column.height.toString()}
      </text>
    </g>
  );
}
