import { saysNone, type Section, sectionsOf, tableRows } from "../markdown.js";
import { errorsOf, eventsOf, prefixesOf } from "../moduleFacts.js";
import type { Offence } from "../offence.js";
import type { Tree } from "../tree.js";

/** What one row of a table says, by what identifies it. */
interface Stated {
  readonly key: string;
  readonly text: string;
  readonly line: number;
}

/** What the code has of it, and where. */
interface Found {
  readonly key: string;
  readonly text: string;
  readonly where: string;
}

/** The tables of errors, events and prefixes in module READMEs are equal to the code. */
export function checkReadmeTables(tree: Tree): Offence[] {
  return tree.modules.flatMap((module) => {
    const file = `modules/${module}/README.md`;
    const sections = sectionsOf(tree, file);
    const compare = (title: string, tables: (section: Section) => readonly [Stated[], Found[]]) => {
      const section = sections.find((one) => one.title === title);
      if (section === undefined || saysNone(section)) return [];
      const [stated, found] = tables(section);
      return differences({ file, line: section.line }, stated, found);
    };
    return [
      ...compare("Errors", (section) => errorTables(tree, module, section)),
      ...compare("Events", (section) => eventTables(tree, module, section)),
      ...compare("State", (section) => prefixTables(tree, module, section)),
    ];
  });
}

function differences(
  at: { readonly file: string; readonly line: number },
  stated: readonly Stated[],
  found: readonly Found[],
): Offence[] {
  const byKey = new Map(found.map((one) => [one.key, one]));
  const listed = new Set(stated.map(({ key }) => key));
  const wrong = stated.flatMap(({ key, text, line }): Offence[] => {
    const real = byKey.get(key);
    if (real?.text === text) return [];
    const problem =
      real === undefined
        ? `${key} is not in the code: remove the row`
        : `${key} is "${real.text}" in ${real.where}, not "${text}": make them equal`;
    return [{ file: at.file, line, problem }];
  });
  const missing = found.flatMap(({ key, text, where }): Offence[] =>
    listed.has(key)
      ? []
      : [{ ...at, problem: `${key} of ${where} is missing: add a row with "${text}"` }],
  );
  return [...wrong, ...missing];
}

/** Rows `code | name | phrase`; with several codespaces codes are `codespace/code`. */
function errorTables(tree: Tree, module: string, section: Section): readonly [Stated[], Found[]] {
  const errors = errorsOf(tree, module);
  const [only, ...others] = new Set(errors.map(({ codespace }) => codespace));
  const qualify = (code: string): string =>
    code.includes("/") || others.length > 0 ? code : `${only ?? module}/${code}`;
  const stated = tableRows(section).map(({ cells: [code = "", name = "", phrase = ""], line }) => ({
    key: qualify(unquoted(code)),
    text: `${unquoted(name)}: ${phrase}`,
    line,
  }));
  const found = errors.map((one) => ({
    key: `${one.codespace}/${one.code}`,
    text: `${one.name}: ${one.summary}`,
    where: `${one.file}:${one.line}`,
  }));
  return [stated, found];
}

/** Rows `type | attributes | …`; what stands in brackets explains. */
function eventTables(tree: Tree, module: string, section: Section): readonly [Stated[], Found[]] {
  const stated = tableRows(section).map(({ cells: [type = "", attributes = ""], line }) => ({
    key: unquoted(type),
    text: listOf(quotedNames(attributes.replace(/\([^)]*\)/g, ""))),
    line,
  }));
  const events = eventsOf(tree, module);
  const found = [...new Set(events.map(({ type }) => type))].map((type) => {
    const same = events.filter((one) => one.type === type);
    const where = same.map(({ file, line }) => `${file}:${line}`).join(", ");
    return { key: type, text: listOf(same.flatMap(({ attributes }) => [...attributes])), where };
  });
  return [stated, found];
}

/** First cells name prefixes, one or several in a row. */
function prefixTables(tree: Tree, module: string, section: Section): readonly [Stated[], Found[]] {
  const stated = tableRows(section).flatMap(({ cells: [first = ""], line }) =>
    [...first.matchAll(/0x[0-9a-f]{2}/g)].map(([key]) => ({ key, text: "", line })),
  );
  const found = prefixesOf(tree, module).map(({ file, line, value }) => ({
    key: value,
    text: "",
    where: `${file}:${line}`,
  }));
  return [stated, found];
}

function unquoted(cell: string): string {
  return cell.replaceAll("`", "");
}

function quotedNames(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);
}

function listOf(names: readonly string[]): string {
  return [...new Set(names)].toSorted().join(", ");
}
