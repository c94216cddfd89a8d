import { describe, expect, test } from "vitest";
import { printed, treeOf } from "../treeOf.js";
import { checkModuleFiles, checkReadmeSections } from "./moduleFiles.js";

const SECTIONS = [
  "Concepts",
  "State",
  "Messages",
  "Block hooks",
  "Events",
  "Errors",
  "Params",
  "Queries",
  "Invariants",
  "Owns / does not own",
];
const FILES = [
  "index.ts",
  "module.ts",
  ...["keys", "errors", "events", "params", "genesis", "msgs"].map((name) => `types/${name}.ts`),
  ...["keeper", "msgServer", "queryServer", "genesis", "invariants"].map(
    (name) => `keeper/${name}.ts`,
  ),
];

const readme = (sections: readonly string[], body = "Something.") =>
  ["# Bank", ...sections.map((title) => `## ${title}\n\n${body}`)].join("\n\n");

/** A module with all files but those left out. */
function moduleTree(text: string, without: readonly string[] = []) {
  const files = FILES.filter((name) => !without.includes(name));
  return treeOf({
    "modules/README.md": "",
    "modules/bank/README.md": text,
    ...Object.fromEntries(files.map((name) => [`modules/bank/${name}`, ""])),
  });
}

describe("module files", () => {
  test("are complete", () => {
    expect(checkModuleFiles(moduleTree(readme(SECTIONS)))).toEqual([]);
  });

  test("that are missing are named, with the way out where there is one", () => {
    const tree = moduleTree(readme(SECTIONS), ["index.ts", "types/msgs.ts"]);
    expect(printed(checkModuleFiles(tree))).toEqual([
      "modules/bank/index.ts:1: every module has this file: write it",
      "modules/bank/types/msgs.ts:1: every module has this file: write it, or say " +
        `"None" in the README's section Messages`,
    ]);
  });

  test("may be missing where the README says that there is nothing", () => {
    const without = ["types/msgs.ts", "keeper/msgServer.ts", "types/events.ts"];
    const tree = moduleTree(readme(SECTIONS, "None. Genesis has it."), without);
    expect(checkModuleFiles(tree)).toEqual([]);
  });

  test("include the README", () => {
    const tree = treeOf({ "modules/bank/index.ts": "" });
    expect(printed(checkModuleFiles(tree))[0]).toMatch(/^modules\/bank\/README\.md:1: /);
  });
});

describe("README sections", () => {
  test("stand in their order", () => {
    expect(checkReadmeSections(moduleTree(readme(SECTIONS)))).toEqual([]);
  });

  test.each([
    [
      "one is missing at the end",
      SECTIONS.slice(0, -1),
      `section "Owns / does not own" is missing: write it`,
    ],
    [
      "one is missing in the middle",
      SECTIONS.filter((title) => title !== "State"),
      `section "Messages" stands where "State" belongs; put it there`,
    ],
    [
      "one is foreign",
      [...SECTIONS, "History"],
      `section "History" stands where "no further section" belongs; put it there`,
    ],
  ])("are refused when %s", (_name, sections, problem) => {
    const [offence, ...others] = checkReadmeSections(moduleTree(readme(sections)));
    expect(offence).toMatchObject({ file: "modules/bank/README.md", problem });
    expect(others).toEqual([]);
  });

  test("in blocks of code are no sections", () => {
    const text = `${readme(SECTIONS)}\n\n\`\`\`\n## Code\n\`\`\`\n`;
    expect(checkReadmeSections(moduleTree(text))).toEqual([]);
  });
});
