import { describe, expect, test } from "vitest";
import { ImportGraph } from "../imports.js";
import { printed, treeOf } from "../treeOf.js";
import { checkDeadFiles } from "./deadFiles.js";
import { checkImportCycles } from "./importCycles.js";

const PACKAGE = JSON.stringify({
  bin: { aivmd: "./dist/cmd/main.js" },
  imports: {
    "#core/*.js": { "aivm-source": "./core/*.ts", default: "./dist/core/*.js" },
    "#platform/*.js": {
      "aivm-source": { browser: "./core/browser/*.ts", default: "./core/node/*.ts" },
      default: "./dist/core/node/*.js",
    },
  },
});

const dead = (files: Readonly<Record<string, string>>) => {
  const tree = treeOf({ "package.json": PACKAGE, ...files });
  return printed(checkDeadFiles(tree, new ImportGraph(tree)));
};

const cycles = (files: Readonly<Record<string, string>>) => {
  const tree = treeOf({ "package.json": PACKAGE, ...files });
  return printed(checkImportCycles(tree, new ImportGraph(tree)));
};

describe("dead files", () => {
  test("are those that nothing imports", () => {
    expect(dead({ "core/a.ts": "", "core/b.ts": "" })).toEqual([
      "core/a.ts:1: nothing imports or starts this file: use it or delete it",
      "core/b.ts:1: nothing imports or starts this file: use it or delete it",
    ]);
  });

  test("are those that only their own tests import, or only themselves", () => {
    const files = {
      "core/a.ts": `import "./a.js";`,
      "core/b.ts": "",
      "core/b.test.ts": `import "./b.js";`,
    };
    expect(dead(files)).toEqual([
      "core/a.ts:1: nothing imports or starts this file: use it or delete it",
      "core/b.ts:1: only its own test imports this file: use it or delete both",
    ]);
  });

  test.each<[string, Record<string, string>]>([
    ["by a relative path", { "core/x.test.ts": `import { a } from "./a.js";` }],
    ["for a type alone", { "core/x.test.ts": `import type { A } from "./a.js";` }],
    ["by an alias", { "node/x.test.ts": `export * from "#core/a.js";` }],
    ["when it is needed", { "core/x.test.ts": `await import("./a.js");` }],
    ["as a program of its own", { "core/x.test.ts": `new URL("./a.js", import.meta.url)` }],
    ["by the Makefile", { Makefile: "a:\n\ttsx core/a.ts\n" }],
    ["by the Makefile, built", { Makefile: "a:\n\tnode dist/core/a.js\n" }],
    ["by a document", { "README.md": "run `core/a.ts`" }],
    ["by a shell script", { "tools/x.sh": "tsx ../core/a.ts" }],
  ])("are not those that are used %s", (_name, user) => {
    expect(dead({ "core/a.ts": "", ...user })).toEqual([]);
  });

  test("are not programs that package.json names, and not generated", () => {
    expect(dead({ "cmd/main.ts": "", "core/generated/a.ts": "" })).toEqual([]);
  });

  test("are not any of the files that an alias leads to by its conditions", () => {
    const files = {
      "core/x.test.ts": `import "#platform/hash.js";`,
      "core/node/hash.ts": "",
      "core/browser/hash.ts": "",
    };
    expect(dead(files)).toEqual([]);
  });
});

describe("import cycles", () => {
  test("are named with their whole route", () => {
    const files = {
      "core/a.ts": `import "./b.js";`,
      "core/b.ts": `\nimport { c } from "#core/c.js";`,
      "core/c.ts": `import "./a.js";`,
    };
    expect(cycles(files)).toEqual([
      "core/a.ts:1: import cycle core/a.ts → core/b.ts → core/c.ts → core/a.ts: " +
        "move what both need into a file of its own",
    ]);
  });

  test("count when they are of types alone, and begin where they close", () => {
    const files = {
      "core/a.ts": `import "./b.js";`,
      "core/b.ts": `import type { C } from "./c.js";`,
      "core/c.ts": `\nimport type { B } from "./b.js";`,
    };
    const [first, ...others] = cycles(files);
    expect(first).toMatch(/^core\/b\.ts:1: import cycle core\/b\.ts → core\/c\.ts → core\/b\.ts: /);
    expect(others).toEqual([]);
  });

  test("are found when one reaches them by several ways, and where several are", () => {
    const files = {
      "core/a.ts": `import "./b.js"; import "./c.js"; import "./e.js";`,
      "core/b.ts": `import "./d.js";`,
      "core/c.ts": `import "./d.js";`,
      "core/d.ts": "",
      "core/e.ts": `import "./f.js";`,
      "core/f.ts": `import "./e.js";`,
      "core/g.ts": `import "./g.js";`,
    };
    expect(cycles(files).map((line) => line.split(":")[0])).toEqual(["core/e.ts", "core/g.ts"]);
  });

  test("are not what only looks like one", () => {
    expect(cycles({ "core/a.ts": `import "./b.js"; import "./b.js";`, "core/b.ts": "" })).toEqual(
      [],
    );
  });
});
