import { expect, test } from "vitest";
import { printed, treeOf } from "../treeOf.js";
import { checkUniqueNames } from "./uniqueNames.js";

const error = (space: string, code: number) =>
  `export const e${code} = defineError("${space}", { code: ${code}, summary: "x" });\n`;
const keys = (store: string, prefixes: string) =>
  `export const A_STORE = "${store}";\nexport const PREFIX = {\n${prefixes}\n} as const;\n`;

function modules(a: readonly [string, string], b: readonly [string, string]) {
  return treeOf({
    "modules/aa/types/keys.ts": a[0],
    "modules/aa/types/errors.ts": a[1],
    "modules/bb/types/keys.ts": b[0],
    "modules/bb/types/errors.ts": b[1],
  });
}

const A = [keys("a", "one: 0x01,\ntwo: 0x02"), error("a", 2)] as const;

test("names that are given once are tidy; other modules may have the same prefixes", () => {
  expect(checkUniqueNames(modules(A, [keys("b", "one: 0x01"), error("b", 2)]))).toEqual([]);
});

test("a prefix twice in one store is named", () => {
  const b = [keys("b", "one: 0x01,\ntwo: 0x02,\nthree: 0x01"), error("b", 2)] as const;
  expect(printed(checkUniqueNames(modules(A, b)))).toEqual([
    "modules/bb/types/keys.ts:5: store prefix 0x01 is that of modules/bb/types/keys.ts:3: " +
      "choose another",
  ]);
});

test("a store name and a codespace of two modules are named", () => {
  expect(printed(checkUniqueNames(modules(A, [keys("a", ""), error("a", 3)])))).toEqual([
    "modules/bb/types/keys.ts:1: store name a is that of modules/aa/types/keys.ts:1: choose another",
    "modules/bb/types/errors.ts:1: codespace a is that of modules/aa/types/errors.ts:1: " +
      "choose another",
  ]);
});

test("a code twice in one codespace is named", () => {
  const b = [keys("b", ""), error("b", 2) + error("b", 3) + error("b", 2)] as const;
  expect(printed(checkUniqueNames(modules(A, b)))).toEqual([
    "modules/bb/types/errors.ts:3: error code b/2 is that of modules/bb/types/errors.ts:1: " +
      "choose another",
  ]);
});
