import { DIRECTIVES, type Directive } from "#modules/kernel/types/aivmfile/directives.js";
import { ruleOf } from "#modules/kernel/types/aivmfile/manifestRules.js";
import { MAX_AIVMFILE_LENGTH } from "#modules/kernel/types/aivmfile/mistakes.js";
import { SIZE_UNITS } from "#modules/kernel/types/aivmfile/quantities.js";
import { elementTypeNames } from "#modules/kernel/types/dataTypes.js";
import { MISTAKE_EXAMPLES, RULE_EXAMPLES } from "./mistakeExamples.js";
import { BOUNDS, mistakeOf } from "./mistakeOf.js";
import { type Change, changed, SAMPLE } from "./sample.js";

/** The page that this tool writes. */
export const AIVMFILE_PAGE = new URL("../../docs/spec/aivmfile.md", import.meta.url);

/** The page: lexical rules, grammar, directives, mistakes. */
export function renderAivmfile(): string {
  const parts = [HEAD, grammar(), ...DIRECTIVES.map(section), TYPES, mistakes(), rules()];
  return `${parts.join("\n\n")}\n`;
}

const HEAD = `# The Aivmfile

The configuration of a kernel as its author writes it. \`aivmd kernel build\` makes the manifest of it, whose hash identifies the version ([manifest.schema.json](manifest.schema.json) describes its JSON form). Written by \`tools/aivmfile/main.ts\` from the parser's own tables in \`modules/kernel/types/aivmfile/\`; do not edit.
\`aivmd kernel check FOLDER\` names the first mistake with line and column, \`aivmd kernel fmt FOLDER\` writes the file tidily. Bounds are those of a new chain's parameters; \`aivmd query kernel params\` shows another chain's.

\`\`\`
${SAMPLE}\`\`\`

## Lines

- UTF-8, at most ${MAX_AIVMFILE_LENGTH} characters; lines end with \`\\n\` or \`\\r\\n\`. Words are parted by spaces and tabs; other blanks, controls, and characters that nobody sees are refused.
- One directive to a line, its keyword in capitals. \`#\` at the beginning of a line or after a blank begins a comment, also in a free text.
- \`AIVM\` is the first directive; the others come in any order. Places are counted from 1, columns in UTF-16 units as editors do.
- Files are paths within the kernel's folder, with \`/\` between their parts.`;

function grammar(): string {
  const lines = DIRECTIVES.map(({ keyword, form }) => `${keyword.padEnd(11)} ${form}`);
  return `## Grammar

\`<…>\` stands for a word (or, for LICENSE and DESCRIPTION, the rest of the line), \`|\` parts alternatives, \`[…]\` may be left out, \`...\` may be repeated.

\`\`\`
${lines.join("\n")}

number    digits, with single underscores between them: 50_000_000; below 2^64
size      number, then ${SIZE_UNITS.map(([name]) => name).join(", ")} or nothing: 32MiB
price     digits[.digits]NES with at most six decimals, or digits and unes: 0.002NES, 2000unes
type      element | element[extent,…] | string<=size | bytes<=size
extent    number | number..number
extents   number[xnumber…], of string and bytes a size
\`\`\``;
}

function section(directive: Directive): string {
  const { keyword, form, meaning, presence, repeats, otherwise, example, fields } = directive;
  const rules = new Set(fields.flatMap((field) => ruleOf(field, BOUNDS) ?? []));
  const lacking = otherwise === "" ? "optional" : `optional, \`${otherwise}\` without it`;
  const count = presence === "required" ? "required" : lacking;
  const rows = [
    `\`${keyword} ${form}\` – ${meaning}.`,
    "",
    `- ${count}${repeats ? "; may be repeated" : ""}`,
    ...[...rules].map((rule) => `- ${rule}`),
    `- example: \`${example}\``,
  ];
  return `## ${keyword}\n\n${rows.join("\n")}`;
}

const TYPES = `## Types

| type | what it is |
|---|---|
| ${elementTypeNames()
  .slice(0, -2)
  .map((name) => `\`${name}\``)
  .join(", ")} | a scalar; with extents in brackets a tensor in row-major order, \`float32[1,64]\` |
| \`float32[1..128,64]\` | an axis of 1 to 128 |
| \`string<=256\` | text of at most 256 bytes of UTF-8 |
| \`bytes<=1KiB\` | at most 1,024 bytes |

\`nonfinite\` behind a float type lets NaN and infinities through; without it they are a failure of whoever gives them.`;

function mistakes(): string {
  const rows = Object.values(MISTAKE_EXAMPLES).flatMap((changes) => changes.map(row));
  return `## Mistakes

Each line below in place of the sample's. \`kernel/10\` is a mistake of syntax, \`kernel/11\` one of directives. JSON output (\`-o json\`) has line, column, the mistake's name, problem and fix as facts.

${HEADING}
${rows.join("\n")}`;
}

function rules(): string {
  const rows = [...RULE_EXAMPLES.values()].map(row);
  return `## What manifests may not hold

The grammar is kept, but the chain would refuse the manifest (\`kernel/8\`, \`kernel/9\`); the command line finds the place (\`kernel/13\`).

${HEADING}
${rows.join("\n")}

A file that is missing, a model that validators refuse and a test vector that does not fit are found next, each with its file (\`author/2\` to \`author/4\`).`;
}

const HEADING = `| line | error | place | problem | fix |
|---|---|---|---|---|`;

function row(change: Change): string {
  const { codespace, code, detail } = mistakeOf(changed(change)) ?? {};
  const { line = "", column = "", problem = "", fix = "" } = detail ?? {};
  const name = `${codespace ?? ""}/${code ?? ""}`;
  const cells = [
    quoted(change.line),
    name,
    `${line}:${column}`,
    cell(`${problem}`),
    cell(`${fix}`),
  ];
  return `| ${cells.join(" | ")} |`;
}

const MAX_SHOWN = 60;

function quoted(line: string): string {
  const [last = ""] = line.split("\n").slice(-1);
  const text = last.length > MAX_SHOWN ? `${last.slice(0, MAX_SHOWN)}…` : last;
  return `\`${visible(text).replaceAll("|", "\\|").trimEnd()}\``;
}

/** Characters that are refused because nobody sees them. */
function visible(text: string): string {
  return text.replaceAll(
    /[\u00a0\ufffd]/g,
    (character) => `[U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}]`,
  );
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "\\<").replaceAll("*", "\\*").trimEnd();
}
