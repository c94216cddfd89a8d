import type { EnumNames } from "./message.js";

/** The name of an enum's value without the prefix that its names have; its number if it has none. */
export function shortName(names: EnumNames, value: number): string {
  const full = names.find(([number]) => number === value)?.[1];
  const prefix = names[0]?.[1].replace(/UNSPECIFIED$/, "") ?? "";
  return full?.startsWith(prefix) === true ? full.slice(prefix.length) : String(value);
}
