import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { runCommand } from "#test/harness/clientCommand.js";
import { temporaryFile } from "#test/harness/temporaryFile.js";
import { registerExport } from "./export.js";
import { registerRollback } from "./rollback.js";
import { registerStart } from "./start.js";

test.each([
  ["start", "config/app.toml: does not exist; run `aivmd init`"],
  ["export", "data/state.db: does not exist; `aivmd start` makes it"],
  ["rollback", "data/state.db: does not exist; `aivmd start` makes it"],
])("%s in a folder that is no home says so and makes none of it", async (command, sentence) => {
  const home = join(dirname(temporaryFile()), "home");
  const groups = [registerStart, registerExport, registerRollback];
  const { code, stderr } = await runCommand(groups, [command, "--home", home], "", process.env);
  expect(code).toBe(1);
  expect(stderr).toContain(`error: home/2 ${home}/${sentence}`);
  expect(existsSync(home)).toBe(false);
});
