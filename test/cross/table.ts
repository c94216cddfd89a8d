import type { TargetResult } from "./runTarget.js";

const BEGIN = "<!-- test-cross:begin -->";
const END = "<!-- test-cross:end -->";

/** What a run was, for the words above its table. */
export interface RunFacts {
  readonly date: string;
  readonly command: string;
  /** The processor that nothing emulates. */
  readonly cpu: string;
}

/**
 * The summary as Markdown: what ran where, how many vectors, and what differed. Targets whose turn
 * has not come have the row that they have in `page`, if there is one.
 */
export function renderTable(results: readonly TargetResult[], facts: RunFacts, page = ""): string {
  const known = readRows(page);
  const head = [
    `Last written by \`${facts.command}\` on ${facts.date}, on ${facts.cpu}.`,
    "",
    "| where | Node, V8 | multiply-add | vectors | equal | different | the node's own check | seconds |",
    "| --- | --- | --- | --- | --- | --- | --- | --- |",
  ];
  const rows = results.map((result) => {
    const old = result.verdict === "left out" ? known.get(result.target.name) : undefined;
    return old ?? renderRow(result);
  });
  return [...head, ...rows].join("\n");
}

/** Rows of a page's table by the target's name. */
function readRows(page: string): Map<string, string> {
  const lines = page.split("\n").filter((line) => line.startsWith("| "));
  return new Map(lines.map((line) => [line.slice(2).split(/ \||, QEMU/)[0] ?? "", line]));
}

function renderRow(result: TargetResult): string {
  const { target, emulator, host, comparisons, verdict, problem, gate, seconds } = result;
  const where = emulator === "" ? target.name : `${target.name}, ${emulator}`;
  if (verdict === "left out") return row([where, "", "", "0", "0", "0", "not run yet", ""]);
  if (verdict === "not run") return row([where, "", "", "0", "0", "0", `not run: ${problem}`, ""]);
  if (verdict === "failed") return row([where, "", "", "0", "0", "0", `failed: ${problem}`, ""]);
  const vectors = comparisons.reduce((sum, entry) => sum + entry.vectors, 0);
  const different = comparisons.flatMap((entry) => entry.different);
  const named = different.length === 0 ? "0" : `${different.length}: ${different.join(", ")}`;
  const versions = host === undefined ? "" : `${host.node}, ${host.v8.split("-")[0] ?? ""}`;
  const says = verdict === "refused" ? `unavailable, as it must be: ${gate}` : gate;
  const equal = Math.max(0, vectors - different.length);
  return row([where, versions, addsOf(host?.fused), vectors, equal, named, says, seconds]);
}

function addsOf(fused: boolean | "unknown" | undefined): string {
  if (fused === undefined || fused === "unknown") return "not told";
  return fused ? "fused" : "two roundings";
}

function row(cells: ReadonlyArray<string | number>): string {
  return `| ${cells.map((cell) => String(cell).replaceAll("|", "\\|")).join(" | ")} |`;
}

/** Puts a table between its marks in a page. Throws a `TypeError` when the page has none. */
export function replaceTable(page: string, table: string): string {
  const [before, rest] = page.split(BEGIN);
  const [, after] = (rest ?? "").split(END);
  if (before === undefined || after === undefined) {
    throw new TypeError(`the page has no marks ${BEGIN} and ${END}`);
  }
  return `${before}${BEGIN}\n\n${table}\n\n${END}${after}`;
}
