import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { registerSnapshots } from "./snapshots.js";
import { runCommand } from "#test/harness/clientCommand.js";
import { homeWith } from "#test/harness/stoppedHome.js";
import { temporaryFile } from "#test/harness/temporaryFile.js";
import { HomeLock } from "#node/home/homeLock.js";

function run(root: string, ...words: readonly string[]) {
  return runCommand([registerSnapshots], ["snapshots", ...words, "--home", root], "", process.env);
}

test("snapshots of a stopped node are made, listed and deleted", async () => {
  const { home } = homeWith(3);
  expect(await run(home.root, "list")).toMatchObject({
    code: 0,
    stdout: "no snapshots; `aivmd snapshots export` makes one of a node that does not run\n",
  });
  expect((await run(home.root, "list", "--output", "json")).stdout).toBe("[]\n");
  const made = await run(home.root, "export");
  expect(made.stdout).toMatch(/^made the snapshot of height 3: 1 chunk\(s\), [0-9]+ bytes\n$/);
  expect((await run(home.root, "list")).stdout).toMatch(
    /^height  format  chunks  bytes  hash\n +3 +1 +1 +[0-9]+  [0-9A-F]{64}\n$/,
  );
  const { stdout } = await run(home.root, "list", "--output", "json");
  expect(JSON.parse(stdout)).toMatchObject([{ height: "3", format: 1, chunks: 1 }]);

  const again = await run(home.root, "export");
  expect(again.code).toBe(1);
  expect(again.stderr).toContain("snapshots/3");
  expect((await run(home.root, "list", "--output", "json")).stdout).toBe(stdout);

  const deleted = await run(home.root, "delete", "3");
  expect(deleted).toMatchObject({ code: 0, stdout: "deleted the snapshot of height 3\n" });
  expect((await run(home.root, "list", "--output", "json")).stdout).toBe("[]\n");
});

test("what cannot be done is refused with the reason, and changes nothing", async () => {
  const { home } = homeWith(0);
  expect((await run(home.root, "export")).stderr).toContain("snapshots/4");
  expect((await run(home.root, "delete", "7")).stderr).toContain("no snapshot of height 7");
  for (const wrong of ["0", "x", "1.5", "99999999999999999"]) {
    const { code, stderr } = await run(home.root, "delete", wrong);
    expect(code).toBe(2);
    expect(stderr).toContain(`${wrong}: must be a height such as 1000`);
  }
  const lock = HomeLock.acquire(home.lock);
  expect((await run(home.root, "export")).stderr).toContain("another aivmd");
  lock.release();
  expect(existsSync(home.snapshots)).toBe(false);
});

test("a folder that is no home is left as it is", async () => {
  const root = join(dirname(temporaryFile()), "home");
  expect((await run(root, "export")).stderr).toContain("home/2");
  expect((await run(root, "delete", "7")).stderr).toContain("snapshots/2");
  expect((await run(root, "list")).code).toBe(0);
  expect(existsSync(root)).toBe(false);
});
