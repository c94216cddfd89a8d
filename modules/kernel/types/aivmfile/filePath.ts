import type { DirectiveLine, Word } from "./directiveLine.js";

/** The next word, which must name a file within the kernel's folder. */
export function readFile(line: DirectiveLine): Word {
  const word = line.next("a file");
  if (isInside(word.text) && !word.text.includes("*")) return word;
  throw line.mistake(word, "file");
}

/** As {@link readFile}, for a module of JavaScript or TypeScript. */
export function readCode(line: DirectiveLine): Word {
  const word = readFile(line);
  if (!/\.(?:[jt]sx|c[jt]s)$/.test(word.text)) return word;
  throw line.mistake(word, "code");
}

/** As {@link readFile}, for a name whose last part may have `*`. */
export function readPattern(line: DirectiveLine): Word {
  const word = line.next("a file or a pattern");
  const place = word.text.slice(0, word.text.lastIndexOf("/") + 1);
  if (isInside(word.text) && !place.includes("*")) return word;
  throw line.mistake(word, "pattern");
}

/** Whoever builds a kernel of somebody else must not hand over files from elsewhere. */
function isInside(path: string): boolean {
  const parts = path.split("/");
  return !/[\\:]/.test(path) && parts.every((part) => part !== "" && part !== "..");
}
