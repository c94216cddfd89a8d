import type { TomlTable, TomlValue } from "smol-toml";
import { badSetting } from "./errors.js";
import { nearestName } from "./nearestName.js";
import { isTable, readToml } from "./toml.js";

/** A whole number with its bounds, both included. */
export interface IntegerBounds {
  readonly minimum: number;
  readonly maximum: number;
}

/**
 * Reads the settings of a TOML file one by one, by `section.key`. A setting that the file does not
 * have takes its default; one that nobody asked for is refused by {@link refuseUnknown}.
 */
export class SettingsReader {
  readonly #path: string;
  readonly #table: TomlTable;
  readonly #known: string[] = [];

  private constructor(path: string, table: TomlTable) {
    this.#path = path;
    this.#table = table;
  }

  /** Opens a file; `advice` says where it comes from when it is missing. */
  static open(path: string, advice: string): SettingsReader {
    return new SettingsReader(path, readToml(path, advice));
  }

  text(setting: string, fallback: string): string {
    const value = this.#find(setting);
    if (value === undefined) return fallback;
    if (typeof value !== "string") throw this.refusal(setting, "must be a text in quotes");
    return value;
  }

  flag(setting: string, fallback: boolean): boolean {
    const value = this.#find(setting);
    if (value === undefined) return fallback;
    if (typeof value !== "boolean") throw this.refusal(setting, "must be true or false");
    return value;
  }

  /** Digits in quotes count as an integer, since the SDK writes some integers so. */
  integer(setting: string, fallback: number, bounds: IntegerBounds): number {
    const value = this.#find(setting);
    if (value === undefined) return fallback;
    const number = typeof value === "string" && /^[0-9]{1,15}$/.test(value) ? Number(value) : value;
    const { minimum, maximum } = bounds;
    if (!Number.isSafeInteger(number) || Number(number) < minimum || Number(number) > maximum) {
      throw this.refusal(setting, `must be an integer from ${minimum} to ${maximum}`);
    }
    return Number(number);
  }

  /** A list of texts, each of a form. */
  texts(setting: string, form: RegExp, problem: string): readonly string[] {
    const value = this.#find(setting);
    if (value === undefined) return [];
    if (!Array.isArray(value)) throw this.refusal(setting, "must be a list in brackets");
    return value.map((text) => {
      if (typeof text !== "string" || !form.test(text)) throw this.refusal(setting, problem);
      return text;
    });
  }

  /** One of a few words. */
  choice<Word extends string>(setting: string, words: readonly [Word, ...Word[]]): Word {
    const value = this.text(setting, words[0]);
    const found = words.find((word) => word === value);
    if (found === undefined) throw this.refusal(setting, `must be one of ${words.join(", ")}`);
    return found;
  }

  /** The error that names this file and a setting of it. */
  refusal(setting: string, problem: string): Error {
    return badSetting({ path: this.#path, setting, problem });
  }

  /** Refuses settings that were not read: a misspelled one would silently do nothing. */
  refuseUnknown(): void {
    for (const setting of settingsOf(this.#table)) {
      if (this.#known.includes(setting)) continue;
      const nearest = nearestName(setting, this.#known);
      const hint = nearest === undefined ? "" : `; did you mean ${nearest}?`;
      throw this.refusal(setting, `no such setting${hint}`);
    }
  }

  #find(setting: string): TomlValue | undefined {
    this.#known.push(setting);
    let value: TomlValue | undefined = this.#table;
    for (const name of setting.split(".")) value = isTable(value) ? value[name] : undefined;
    return value;
  }
}

function settingsOf(table: TomlTable, prefix = ""): string[] {
  return Object.entries(table).flatMap(([name, value]) =>
    isTable(value) ? settingsOf(value, `${prefix}${name}.`) : [`${prefix}${name}`],
  );
}
