import { parse, TomlError, type TomlTable, type TomlValue } from "smol-toml";
import { homeFile } from "./errors.js";
import { readText } from "./files.js";

/** The table of a TOML file; `advice` says where the file comes from. Fails with `home/2`. */
export function readToml(path: string, advice: string): TomlTable {
  const text = readText(path, advice);
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [sentence = ""] = error.message.split("\n");
    const problem = `line ${error.line}, column ${error.column}: ${sentence}`;
    throw homeFile({ path, problem, advice: "correct it by hand" });
  }
}

/** Whether a value is a table. */
export function isTable(value: TomlValue | undefined): value is TomlTable {
  return typeof value === "object" && !Array.isArray(value) && !(value instanceof Date);
}
