import { compareText } from "#core/primitives/sorted.js";
import type { NamedFile } from "./compiled.js";
import type { DirectiveLine, Word } from "./directiveLine.js";
import { readCode, readFile } from "./filePath.js";
import type { Place } from "./mistakes.js";

/** Lines of one directive that give files names: of libraries or of data. */
export class NamedFileLines {
  readonly #list: "libraries" | "data";
  readonly #files: Array<{ readonly name: Word; readonly file: Word }> = [];

  constructor(list: "libraries" | "data") {
    this.#list = list;
  }

  /** Reads a line; fails when the name was given before, or what follows is no file. */
  add(line: DirectiveLine): void {
    const name = line.next("a name");
    const twin = this.#files.find((file) => file.name.text === name.text);
    if (twin !== undefined) {
      throw line.mistake(name, "sameFile", { keyword: line.keyword, before: twin.name.line });
    }
    const file = this.#list === "libraries" ? readCode(line) : readFile(line);
    this.#files.push({ name, file });
  }

  /** In byte order of the names, as manifests list them; says where their fields stand. */
  sorted(places: Map<string, Place>): NamedFile[] {
    const sorted = this.#files.sort((a, b) => compareText(a.name.text, b.name.text));
    for (const [index, { name, file }] of sorted.entries()) {
      places.set(`${this.#list}[${index}].name`, name);
      places.set(`${this.#list}[${index}].digest`, file);
    }
    return sorted.map(({ name, file }) => ({ name: name.text, file: file.text }));
  }
}
