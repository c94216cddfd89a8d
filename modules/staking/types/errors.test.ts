import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as errors from "./errors.js";

test("the README lists exactly the codes of the module", () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const section = /\n## Errors\n([^]*?)\n## /.exec(readme)?.[1] ?? "";
  const listed = [...section.matchAll(/^\| (\w+\/[0-9]+) \|/gm)].map(([, code]) => code);
  const defined = Object.values(errors).map(({ spec }) => `${spec.codespace}/${spec.code}`);
  expect(listed.toSorted()).toEqual(defined.toSorted());
});
