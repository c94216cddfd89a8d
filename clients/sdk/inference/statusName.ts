import type { EnumNames } from "#core/codec/message.js";

/** The name of an enum's value without its prefix, for example `FULFILLED`. */
export function shortName(names: EnumNames, value: number): string {
  const full = names.find(([number]) => number === value)?.[1];
  const prefix = names[0]?.[1].replace(/UNSPECIFIED$/, "") ?? "";
  return full?.startsWith(prefix) === true ? full.slice(prefix.length) : String(value);
}
