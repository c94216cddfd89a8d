import { describe, expect, test } from "vitest";
import { digestSources, RECORDED_DIGEST } from "../../codegen/sourceDigest.js";
import { printed, treeOf } from "../treeOf.js";
import { checkLinks, checkStubPages, checkVerbs } from "./documents.js";
import { checkGeneratedCode } from "./generatedCode.js";
import { checkFileSizes, checkLeftovers, checkMachinePaths } from "./leftovers.js";

// Written in parts, so that this file is tidy itself.
const [FIX, LATER] = ["FIX" + "ME", "TO" + "DO"];
const HOME = "/" + "home/anna/chain";

describe("leftovers", () => {
  test("are named with their lines", () => {
    const text = `a\n// ${FIX} soon\n// ${LATER} later\n// ${LATER}(#12) then\n`;
    expect(printed(checkLeftovers(treeOf({ "core/a.ts": text })))).toEqual([
      `core/a.ts:2: ${FIX} cannot be merged: repair it`,
      `core/a.ts:3: ${LATER} without an issue: write ${LATER}(#number) or do it`,
    ]);
  });

  test("with an issue do not excuse what must be repaired", () => {
    expect(checkLeftovers(treeOf({ "a.md": `${FIX}(#12)` }))).toHaveLength(1);
  });

  test("of generated code and of words that begin alike are nobody's", () => {
    const files = { "core/generated/a.ts": `// ${LATER}`, "a.py": `${LATER}S = 1` };
    expect(checkLeftovers(treeOf(files))).toEqual([]);
  });
});

describe("machine paths", () => {
  test.each([HOME, "/" + "Users/anna/x", "/" + "work/main", "/" + "root/.cache", "/" + "mnt/disk"])(
    "such as %s are named",
    (path) => {
      expect(printed(checkMachinePaths(treeOf({ "a.md": `see \`${path}\`` })))).toEqual([
        `a.md:1: ${path} is a path of one machine: say it relative to the repository or the home`,
      ]);
    },
  );

  test("are not those of homes by variable, of tests or of addresses on the web", () => {
    const text = "$HOME/home/x ~/work/x https://example.org/work/x /home/x.toml";
    expect(checkMachinePaths(treeOf({ "a.md": text }))).toEqual([]);
  });
});

test("files of more than 500 lines are named where they become too long", () => {
  const lines = (count: number) => "a\n".repeat(count);
  const files = { "a.ts": lines(501), "b.ts": lines(500), "core/generated/c.ts": lines(900) };
  expect(printed(checkFileSizes(treeOf(files)))).toEqual([
    "a.ts:501: 501 lines: split it, the most is 500",
  ]);
});

test("pages of fewer than five lines are named; blank ones do not count", () => {
  const files = { "docs/a.md": "# A\n\nSoon.\n", "docs/b.md": "# B\n\n1\n2\n\n3\n4\n" };
  expect(printed(checkStubPages(treeOf(files)))).toEqual([
    "docs/a.md:1: a page of 2 lines says nothing: write or remove it",
  ]);
});

describe("links", () => {
  const links = (text: string) =>
    printed(
      checkLinks(
        treeOf({ "docs/a.md": text, "docs/b.md": "# B c, `d`\n", "core/x/y.ts": "", Makefile: "" }),
      ),
    );

  test("lead to files, folders, headings and the web", () => {
    const good = ["b.md", "../core/x", "../core/x/", "../core/x/y.ts", "../Makefile", "b.md#b-c-d"];
    const all = [...good, "https://example.org", "mailto:a@example.org"];
    expect(links(all.map((target) => `[a](${target})`).join(" "))).toEqual([]);
    expect(links("# Top one\n\n[up](#top-one)")).toEqual([]);
  });

  test("that lead nowhere are named", () => {
    expect(links("x\n[a](c.md) and [b](b.md#e) and [c](#f)")).toEqual([
      "docs/a.md:2: the link c.md leads nowhere: correct or remove it",
      "docs/a.md:2: docs/b.md has no heading #e: correct or remove the link",
      "docs/a.md:2: docs/a.md has no heading #f: correct or remove the link",
    ]);
  });

  test("in code are none", () => {
    expect(links("`[a](c.md)`\n\n```\n[a](c.md)\n```\n")).toEqual([]);
  });
});

describe("verbs", () => {
  const Makefile = "X := 1\ntest: build ## Test\n\t@run\ntest-all:\ntest-e2e:\n";
  const verbs = (text: string) => printed(checkVerbs(treeOf({ Makefile, "a.md": text })));

  test("that the Makefile has are tidy", () => {
    expect(
      verbs("`make test`, `make test-e2e`, `make test-all SEEDS=1`\n\n```\nmake test\n```\n"),
    ).toEqual([]);
  });

  test("that it has not are named, in prose and in blocks of code", () => {
    expect(verbs("`make tests`\n\n```sh\nmake demo # shows\n```\n")).toEqual([
      "a.md:1: the Makefile has no verb tests: name another",
      "a.md:4: the Makefile has no verb demo: name another",
    ]);
  });

  test("are not what prose makes", () => {
    expect(verbs("Two proposers make up the set.")).toEqual([]);
    expect(verbs("```\n$ play\nthat you shall make a charged\n```\n")).toEqual([]);
  });
});

describe("generated code", () => {
  const SOURCES = { "proto/a/v1/a.proto": "message A {}", "tools/codegen/main.ts": "1" };
  const digest = digestSources(
    Object.keys(SOURCES),
    (path) => Reflect.get(SOURCES, path) as string,
  );
  const check = (changes: Readonly<Record<string, string>>) =>
    printed(
      checkGeneratedCode(treeOf({ ...SOURCES, [RECORDED_DIGEST]: `${digest}\n`, ...changes })),
    );
  const STALE = [
    `${RECORDED_DIGEST}:1: protos or generator changed since it was generated: run \`make proto\``,
  ];

  test("is fresh when nothing changed that it was made from", () => {
    expect(check({ "core/a.ts": "2", "tools/codegen/main.test.ts": "3" })).toEqual([]);
  });

  test.each<[string, Record<string, string>]>([
    ["a proto changed", { "proto/a/v1/a.proto": "message B {}" }],
    ["a proto is new", { "proto/a/v1/b.proto": "" }],
    ["the generator changed", { "tools/codegen/main.ts": "2" }],
    ["nothing was recorded", { [RECORDED_DIGEST]: "" }],
  ])("is stale when %s", (_name, changes) => {
    expect(check(changes)).toEqual(STALE);
  });
});
