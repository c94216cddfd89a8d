import { formatUnes } from "../../format/amount.js";
import { shortText, spokenName } from "../../format/short.js";
import type { CourseEvent } from "./courseEvents.js";
import type { RequestCourse } from "./readRequest.js";

/** A height at which something happened to a request. */
export interface CourseStep {
  readonly height: bigint;
  /** Blocks since the request's own: `R`, `R+1`. */
  readonly name: string;
  readonly what: string;
  /** Whether members did something, so that the drawing has a place for it. */
  readonly isDrawn: boolean;
}

/** How a validator is called, by the address of its operator. */
export type NameOf = (operator: string) => string;

/** The heights that a request's course went through, in order, as far as it got. */
export function courseSteps(course: RequestCourse, nameOf: NameOf): CourseStep[] {
  const { request, events } = course;
  const byHeight = new Map<bigint, CourseEvent[]>([[request.height, []]]);
  for (const event of [...events.found, ...lost(course)]) {
    byHeight.set(event.height, [...(byHeight.get(event.height) ?? []), event]);
  }
  return [...byHeight]
    .map(([height, all]) => {
      const what = sentences(all, nameOf);
      if (height === request.height) what.unshift("in a block, price in escrow");
      const isDrawn = height === request.height || all.some(({ type }) => DRAWN.includes(type));
      return {
        height,
        name: nameOfHeight(height - request.height),
        what: what.join("; "),
        isDrawn,
      };
    })
    .filter(({ what }) => what !== "")
    .toSorted((a, b) => Number(a.height - b.height));
}

/** What is known although the node no longer shows the events of its block. */
function lost({ rounds, result, events }: RequestCourse): CourseEvent[] {
  const has = (type: string, height: bigint): boolean =>
    events.found.some((one) => one.type === type && one.height === height);
  const drawn = rounds.map(({ batch }) => ({
    height: batch.slotHeight,
    type: "batch_drawn",
    attributes: { operators: batch.seats.map((seat) => seat.operatorAddress).join(",") },
  }));
  const written = result === undefined ? [] : [result.height];
  return [
    ...drawn,
    ...written.map((height) => ({ height, type: "result_written", attributes: {} })),
  ].filter(({ type, height }) => height > 0n && !has(type, height));
}

const DRAWN: readonly string[] = [
  "batch_drawn",
  "seat_redrawn",
  "committed",
  "commits_frozen",
  "revealed",
  "comparison_begun",
  "seat_vacated",
  "result_written",
  "escalated",
  "challenged",
];

/** What happened at a height, in the order in which it did; what many members did is said once. */
function sentences(events: readonly CourseEvent[], nameOf: NameOf): string[] {
  const said: string[] = [];
  for (const event of inOrder(events)) {
    const many = MANY[event.type];
    if (many === undefined) {
      const one = SAID[event.type]?.(event.attributes, nameOf);
      if (one !== undefined && !said.includes(one)) said.push(one);
      continue;
    }
    const count = events.filter(({ type }) => type === event.type).length;
    const sentence = count === 1 ? many[0] : `${count} ${many[1]}`;
    if (!said.includes(sentence)) said.push(sentence);
  }
  return said;
}

/** A challenge is told before what it leads to; a result that is final at once, as final alone. */
function inOrder(events: readonly CourseEvent[]): readonly CourseEvent[] {
  const isFinal = events.some((one) => isResult(one) && one.attributes["provisional"] === "false");
  const told = events.filter(
    (one) => !(isFinal && isResult(one) && one.attributes["provisional"] === "true"),
  );
  const challenges = told.filter(({ type }) => type === "challenged");
  return [...challenges, ...told.filter((one) => !challenges.includes(one))];
}

function isResult({ type }: CourseEvent): boolean {
  return type === "result_written";
}

const MANY: Readonly<Record<string, readonly [one: string, many: string]>> = {
  committed: ["a commitment", "commitments"],
  revealed: ["a reveal", "reveals"],
};

type Attributes = CourseEvent["attributes"];

const SAID: Readonly<Record<string, (attributes: Attributes, nameOf: NameOf) => string>> = {
  batch_drawn: ({ kind, operators = "" }) => {
    const count = operators.split(",").length;
    if (kind === "ESCALATION") return `drawn again: all ${count} providers run it`;
    return `committee of ${count} drawn, ${count === 1 ? "it runs" : "members run"} it`;
  },
  seat_redrawn: ({ operator = "" }, nameOf) => `${nameOf(operator)} drawn in the place of another`,
  commitment_conflicted: ({ operator = "" }, nameOf) =>
    `${nameOf(operator)} committed twice, the first counts`,
  commits_frozen: () => "commit set frozen",
  comparison_begun: () => "answers differ, members publish digests",
  seat_vacated: ({ operator = "", reason = "" }, nameOf) =>
    `${nameOf(operator)} is out without fault: ${reason}`,
  fault_recorded: ({ operator = "", kind = "", penalty = "" }, nameOf) =>
    `${nameOf(operator)} at fault: ${spokenName(kind)}, loses ${amountOf(penalty)}`,
  result_written: ({ provisional }) =>
    provisional === "true" ? "result in state, reveals still awaited" : "result in state",
  escalated: ({ reason = "" }) => `goes to all providers: ${reason}`,
  batch_settled: ({ closes_height: closes = "0" }) =>
    closes === "0" ? "decided" : `decided, pay is held until block ${closes}`,
  batch_closed: () => "pay and penalties released",
  request_ended: ({ status = "" }) => `ended: ${spokenName(status)}`,
  challenged: ({ challenger = "" }) => `challenged by ${shortText(challenger)}`,
  challenge_ended: ({ won }) =>
    won === "true" ? "challenge won: the result was replaced" : "challenge lost: the result stands",
};

function amountOf(penalty: string): string {
  const digits = /^([0-9]+)unes$/.exec(penalty)?.[1];
  return digits === undefined ? penalty : formatUnes(digits);
}

function nameOfHeight(blocks: bigint): string {
  return blocks === 0n ? "R" : `R+${blocks}`;
}
