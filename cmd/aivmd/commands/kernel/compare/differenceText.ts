import type { Terminal } from "../../../terminal/terminal.js";
import { type DiffLine, diffLineText } from "../text/unifiedDiff.js";
import type { KernelDifference, ModelChange, ModelFacts } from "./compareKernels.js";

const DIGEST_SHOWN = 12;

/** What differs, for people: red is gone, green is new. */
export function differenceText(terminal: Terminal, difference: KernelDifference): string {
  if (difference.same) return "the two are the same";
  const parts = [
    fieldsText(terminal, difference),
    artifactsText(terminal, difference),
    ...difference.models.map((change) => modelText(terminal, change)),
    vectorsText(difference),
    ...difference.code.map(({ file, lines }) => codeText(terminal, file, lines)),
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

function fieldsText({ style }: Terminal, { fields }: KernelDifference): string {
  const lines = fields.flatMap(({ field, before, after }) => [
    ...(before === null ? [] : [style.red(`-${field} ${before}`)]),
    ...(after === null ? [] : [style.green(`+${field} ${after}`)]),
  ]);
  return lines.length === 0 ? "" : [style.bold("manifest"), ...lines].join("\n");
}

function artifactsText(terminal: Terminal, { artifacts }: KernelDifference): string {
  if (artifacts.length === 0) return "";
  const cell = (side: KernelDifference["artifacts"][number]["before"]): string =>
    side === null ? "–" : `${side.sha256.slice(0, DIGEST_SHOWN)}… ${side.size} bytes`;
  const columns = ["artifact", "before", "after"].map((title) => ({ title }));
  const rows = artifacts.map(({ artifact, before, after }) => [
    artifact,
    cell(before),
    cell(after),
  ]);
  return terminal.table(columns, rows);
}

function modelText({ style }: Terminal, { model, before, after }: ModelChange): string {
  const [old, young] = [modelLines(before), modelLines(after)];
  const lines = [
    ...old.filter((line) => !young.includes(line)).map((line) => style.red(`-${line}`)),
    ...young.filter((line) => !old.includes(line)).map((line) => style.green(`+${line}`)),
  ];
  const same = "the same signature and operators: other weights";
  return [style.bold(model), ...(lines.length === 0 ? [same] : lines)].join("\n");
}

function modelLines(facts: ModelFacts | null): string[] {
  if (facts === null) return [];
  const { inputs, outputs, operators, parameters } = facts;
  return [
    ...inputs.map((input) => `input ${input}`),
    ...outputs.map((output) => `output ${output}`),
    ...Object.entries(operators).map(([name, nodes]) => `operator ${name} × ${nodes}`),
    `parameters ${parameters}`,
  ];
}

function vectorsText({ vectors }: KernelDifference): string {
  const { added, removed, otherOutput, reordered } = vectors;
  const facts = [
    ...(added > 0 ? [`${added} added`] : []),
    ...(removed > 0 ? [`${removed} removed`] : []),
    ...(otherOutput > 0 ? [`${otherOutput} with another output`] : []),
    ...(reordered ? ["in another order"] : []),
  ];
  return facts.length === 0 ? "" : `test vectors: ${facts.join(", ")}`;
}

function codeText({ style }: Terminal, file: string, lines: readonly DiffLine[]): string {
  const paint = {
    place: style.cyan,
    kept: (text: string) => text,
    removed: style.red,
    added: style.green,
  };
  const shown = lines.map((line) => paint[line.kind](printable(diffLineText(line))));
  return [style.bold(`--- ${file}\n+++ ${file}`), ...shown].join("\n");
}

/** Code of somebody else must not steer the terminal that shows it. */
function printable(text: string): string {
  return text.replaceAll(
    /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
