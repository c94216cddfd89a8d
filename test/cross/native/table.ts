import type { ProcessorAnswers, PromptComparison } from "./recording.js";

const BEGIN = "<!-- native:begin -->";
const END = "<!-- native:end -->";
const MILLION = 1_000_000;

/** How processors' answers compare, as Markdown. */
export function renderComparison(
  processors: readonly ProcessorAnswers[],
  comparisons: readonly PromptComparison[],
): string {
  const rows = comparisons.map(({ prompt, bits, outputs, distance, results, agreeing }) => {
    const cells = [
      `\`${prompt.replaceAll("\n", " ")}\``,
      bits,
      outputs,
      distance === undefined ? "over the tolerance" : (distance / MILLION).toFixed(7),
      `${agreeing} of ${processors.length}`,
      results,
    ];
    return `| ${cells.join(" | ")} |`;
  });
  return [
    `Processors: ${processors.map(({ name }) => name).join(", ")}.`,
    "",
    "| prompt | different bits inside | different outputs | largest distance | agree | results over all orders of seats |",
    "| --- | --- | --- | --- | --- | --- |",
    ...rows,
  ].join("\n");
}

/** Puts a table between its marks in a page. Throws a `TypeError` when the page has none. */
export function replaceComparison(page: string, table: string): string {
  const [before, rest] = page.split(BEGIN);
  const [, after] = (rest ?? "").split(END);
  if (before === undefined || after === undefined) {
    throw new TypeError(`the page has no marks ${BEGIN} and ${END}`);
  }
  return `${before}${BEGIN}\n\n${table}\n\n${END}${after}`;
}
