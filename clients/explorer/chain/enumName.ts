/** Names of an enum's values as the proto files have them. */
export type Names = ReadonlyArray<readonly [value: number, name: string]>;

/** The name of an enum's value without what all of its names begin with: `FULFILLED`. */
export function enumName(names: Names, value: number): string {
  const prefix = names[0]?.[1].replace(/UNSPECIFIED$/, "") ?? "";
  const found = names.find(([number]) => number === value)?.[1];
  return found?.startsWith(prefix) === true ? found.slice(prefix.length) : String(value);
}
