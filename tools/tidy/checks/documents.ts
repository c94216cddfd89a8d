import { posix } from "node:path";
import { proseLines } from "../markdown.js";
import type { Offence } from "../offence.js";
import type { Tree } from "../tree.js";

/** Lines that a page has at least. */
const LINES_MIN = 5;

/** A page says something or is not there. */
export function checkStubPages(tree: Tree): Offence[] {
  return tree.documents.flatMap((file): Offence[] => {
    const lines = tree.lines(file).filter((line) => line.trim() !== "").length;
    if (lines >= LINES_MIN) return [];
    return [
      { file, line: 1, problem: `a page of ${lines} lines says nothing: write or remove it` },
    ];
  });
}

const LINK = /\[[^\]]*\]\(([^()\s]+(?:\([^()]*\))?)\)/g;

/** Links within the repository lead to a file, and to a heading where they name one. */
export function checkLinks(tree: Tree): Offence[] {
  return tree.documents.flatMap((file) =>
    proseLines(tree, file).flatMap(({ text, line }) =>
      [...withoutCode(text).matchAll(LINK)].flatMap(([, target = ""]): Offence[] => {
        const problem = problemOfLink(tree, file, target);
        return problem === undefined ? [] : [{ file, line, problem }];
      }),
    ),
  );
}

function problemOfLink(tree: Tree, file: string, target: string): string | undefined {
  if (/^[a-z]+:/.test(target)) return undefined;
  const [path = "", anchor] = target.split("#");
  const page = path === "" ? file : posix.join(posix.dirname(file), path).replace(/\/$/, "");
  if (!tree.exists(page)) return `the link ${target} leads nowhere: correct or remove it`;
  if (anchor === undefined || !page.endsWith(".md")) return undefined;
  return anchorsOf(tree, page).has(anchor)
    ? undefined
    : `${page} has no heading #${anchor}: correct or remove the link`;
}

/** Headings as forges make anchors of them. */
function anchorsOf(tree: Tree, page: string): ReadonlySet<string> {
  const headings = proseLines(tree, page).flatMap(({ text }) => /^#+ (.+)$/.exec(text)?.[1] ?? []);
  const anchors = headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
  return new Set(anchors);
}

function withoutCode(text: string): string {
  return text.replace(/`[^`]*`/g, "");
}

/**
 * A command, not a word of a sentence that some command printed: two plain words stand before that.
 */
const VERB = /(?<!\b[a-z]+ [a-z]+ )\bmake ([a-z][a-z0-9-]*)/g;

/** Documents name verbs that the Makefile has. */
export function checkVerbs(tree: Tree): Offence[] {
  const verbs = new Set(
    tree.lines("Makefile").flatMap((line) => /^([a-z][a-z0-9-]*):(?!=)/.exec(line)?.[1] ?? []),
  );
  return tree.documents.flatMap((file) =>
    tree.lines(file).flatMap((text, index) =>
      commandsIn(text, isInCode(tree, file, index)).flatMap((command) =>
        [...command.matchAll(VERB)].flatMap(([, verb = ""]): Offence[] =>
          verbs.has(verb)
            ? []
            : [
                {
                  file,
                  line: index + 1,
                  problem: `the Makefile has no verb ${verb}: name another`,
                },
              ],
        ),
      ),
    ),
  );
}

/** In prose only what is quoted as code is a command: people also make do. */
function commandsIn(text: string, inCode: boolean): string[] {
  return inCode ? [text] : [...text.matchAll(/`([^`]*)`/g)].map(([, code = ""]) => code);
}

function isInCode(tree: Tree, file: string, index: number): boolean {
  const fences = tree.lines(file).slice(0, index);
  return fences.filter((line) => /^\s*```/.test(line)).length % 2 === 1;
}
