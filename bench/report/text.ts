import { type Figure, formatTarget, formatValue, meetsTarget, type Section } from "./figure.js";

/** Sections as tables for a terminal. */
export function renderText(sections: readonly Section[]): string {
  return sections.map(renderSection).join("\n");
}

function renderSection({ title, figures, notes }: Section): string {
  const rows = figures.map((figure) => [
    figure.name,
    `${formatValue(figure.value)} ${figure.unit}`,
    formatTarget(figure),
    verdict(figure),
  ]);
  const widths = [0, 1, 2].map((column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const lines = rows.map(([name = "", value = "", target = "", met = ""]) =>
    `  ${name.padEnd(widths[0] ?? 0)}  ${value.padStart(widths[1] ?? 0)}  ${target.padEnd(widths[2] ?? 0)}  ${met}`.trimEnd(),
  );
  return [title, ...lines, ...notes.map((note) => `  ${note}`), ""].join("\n");
}

function verdict(figure: Figure): string {
  const meets = meetsTarget(figure);
  if (meets === undefined) return "";
  return meets ? "met" : "MISSED";
}
