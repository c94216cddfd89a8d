import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ChainError } from "#core/primitives/errors.js";
import { fromUtf8 } from "#core/primitives/bytes.js";
import { cannotBundle } from "../errors.js";
import { bundleCode } from "./bundleCode.js";

let root: string;
let count = 0;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "aivm-bundle-"));
});

afterAll(() => {
  rmSync(root, { recursive: true });
});

/** A folder of files; gives its path. */
function folder(files: Readonly<Record<string, string>>): string {
  const place = join(root, String(count++), "kernel");
  for (const [file, text] of Object.entries(files)) {
    const path = join(place, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return place;
}

function bundle(files: Readonly<Record<string, string>>, entry = "infer.ts"): string {
  return fromUtf8(bundleCode(folder(files), entry)) ?? "";
}

const FILES = {
  "infer.ts": `import type { Infer } from "aivm/sandbox/aivm";
import { double } from "./lib/double.ts";
import { scale } from "./scale";
import table from "./table.json";
import { size } from "lib:sizes";
enum Kind { Small = 1, Large = 2 }
export const infer: Infer<{ x: Float32Array }> = ({ x }) => ({
  y: Float32Array.of(double(x[0]!) * scale + table.offset + Kind.Large + size),
});
`,
  "lib/double.ts": "export function double(value: number): number {\n  return value + value;\n}\n",
  "scale.js": "export const scale = 3;\n",
  "table.json": '{ "offset": 4 }',
};

describe("bundling TypeScript", () => {
  it("drops types and takes local files in; libraries stay imports", () => {
    const text = bundle(FILES);
    expect(text).toContain('import { size } from "lib:sizes";');
    expect(text.match(/\bimport\b/g)).toHaveLength(1);
    expect(text).toMatch(/export \{\s+infer\s+\};/);
    expect(text).not.toMatch(/number|Infer|aivm\/sandbox/);
  });

  it("gives what runs as the sources say", async () => {
    const { "infer.ts": code, ...others } = FILES;
    const text = bundle({
      ...others,
      "infer.ts": code.replace('"lib:sizes"', '"./size.ts"'),
      "size.ts": "export const size = 0.5;",
    });
    const { infer } = (await import(`data:text/javascript,${encodeURIComponent(text)}`)) as {
      readonly infer: (input: object) => { readonly y: Float32Array };
    };
    expect(infer({ x: Float32Array.of(10) }).y[0]).toBe(66.5);
  });

  it("gives the same bytes wherever the folder is, whatever configuration lies around", () => {
    const files = {
      ...FILES,
      "lib/double.ts": `import "./mark";\n${FILES["lib/double.ts"]}`,
      "lib/mark.js": "globalThis.mark = 1;",
    };
    const place = folder(files);
    writeFileSync(
      join(dirname(place), "tsconfig.json"),
      '{"compilerOptions":{"target":"es5","removeComments":true,"paths":{"./scale":["./x"]}}}',
    );
    writeFileSync(join(place, "tsconfig.json"), '{"compilerOptions":{"importHelpers":true}}');
    writeFileSync(
      join(dirname(place), "package.json"),
      '{"sideEffects":false,"browser":{"./scale.js":"./x.js"}}',
    );
    expect(fromUtf8(bundleCode(place, "infer.ts"))).toBe(bundle(files));
    expect(bundle(files)).toContain("globalThis.mark = 1");
    expect(bundle(files)).not.toContain(root);
  });

  const failures: ReadonlyArray<readonly [string, string, string]> = [
    [
      "a module of Node",
      'import { readFileSync } from "node:fs";\nexport const infer = () => readFileSync("x");',
      "infer.ts:1:30: node:fs cannot be imported; write it without modules of Node",
    ],
    [
      "a module of Node without its prefix",
      'export const infer = () => require("fs");',
      "infer.ts:1:36: fs cannot be imported; write it without modules of Node",
    ],
    [
      "a package that is not there",
      'import _ from "lodash";\nexport const infer = () => _;',
      "infer.ts:1:15: lodash cannot be imported; copy what it needs into the kernel's folder",
    ],
    [
      "a file that is not there",
      'import { a } from "./a.ts";\nexport const infer = () => a;',
      "infer.ts:1:19: ./a.ts cannot be imported; name a file of the kernel's folder",
    ],
    [
      "a file outside of the folder",
      'import { secret } from "../secret.ts";\nexport const infer = () => secret;',
      "infer.ts:1:24: ../secret.ts is outside of the kernel's folder",
    ],
    [
      "a dynamic import",
      'export async function infer() {\n  return await import("./lib/double.ts");\n}',
      'infer.ts:2:23: import("./lib/double.ts") is dynamic; import it at the top of the file',
    ],
    [
      "a dynamic import of a computed name",
      "export async function infer(name: string) {\n  return import(name);\n}",
      "infer.ts:2:10: import() of a computed name is dynamic; import it at the top of the file",
    ],
    [
      "a mistake of syntax",
      "export const infer = () => {\n  let = ;\n};",
      'infer.ts:2:9: Unexpected ";"; correct it',
    ],
    [
      "several at once, by the first",
      'import "./bad.ts";\nimport { a } from "./a.ts";\nexport const infer = () => a;',
      "(and 1 more)",
    ],
  ];

  it.each(failures)("refuses %s, with file, line, column and fix", (_, code, problem) => {
    const files = {
      ...FILES,
      "infer.ts": code,
      "bad.ts": "const = 1;",
      "../secret.ts": "export const secret = 1;",
    };
    const error = (() => {
      try {
        return bundle(files);
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toBeInstanceOf(ChainError);
    expect(cannotBundle.is(error as ChainError)).toBe(true);
    expect((error as ChainError).message).toContain(problem);
  });

  it("says which of several files is wrong", () => {
    const files = { ...FILES, "lib/double.ts": 'import "node:os";\nexport const double = Number;' };
    expect(() => bundle(files)).toThrow("lib/double.ts:1:8: node:os cannot be imported");
  });
});
