import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { digestSources, RECORDED_DIGEST } from "../codegen/sourceDigest.js";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "aivm-tidy-"));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

function write(path: string, text: string): void {
  const file = join(root, path);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, text);
}

function tidy() {
  const program = [resolve("node_modules/tsx/dist/cli.mjs"), resolve("tools/tidy/main.ts")];
  return spawnSync(process.execPath, program, { cwd: root, encoding: "utf8" });
}

test("a tidy tree is said to be, one that is not gets a line for each offence and exit code 1", () => {
  write("package.json", "{}");
  write(
    RECORDED_DIGEST,
    digestSources([], () => ""),
  );
  write("node_modules/x/README.md", "installed");
  write("dist/a.ts", "built");
  expect(tidy()).toMatchObject({ status: 0, stdout: "tidy\n" });
  write("docs/a.md", "# A\n\n[b](b.md)\n");
  write("core/a.ts", "");
  expect(tidy()).toMatchObject({
    status: 1,
    stdout:
      "core/a.ts:1: nothing imports or starts this file: use it or delete it\n" +
      "docs/a.md:1: a page of 2 lines says nothing: write or remove it\n" +
      "docs/a.md:3: the link b.md leads nowhere: correct or remove it\n" +
      "3 offences\n",
  });
});
