import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { runCommand } from "#test/harness/clientCommand.js";
import { temporaryFile } from "#test/harness/temporaryFile.js";
import { registerTestnet } from "./testnet.js";

function initFiles(...flags: readonly string[]) {
  return runCommand([registerTestnet], ["testnet", "init-files", ...flags], "", process.env);
}

test("testnet init-files makes homes on the ports that are asked for, and never over another", async () => {
  const folder = join(dirname(temporaryFile()), "network");
  const flags = ["--v", "2", "--output-dir", folder, "--starting-port", "40000", "-o", "json"];
  const { code, stdout, stderr } = await initFiles(...flags, "--starting-rest-port", "41000");
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    chain_id: "aivm-local-1",
    nodes: [
      { moniker: "node0", home: join(folder, "node0"), ports: { p2p: 40_000, rest: 41_000 } },
      { moniker: "node1", ports: { p2p: 40_010, rpc: 40_011, cometMetrics: 40_014, rest: 41_001 } },
    ],
    user: { name: "user" },
  });
  expect(stderr).toContain("100 % node1");
  const settings = readFileSync(join(folder, "node1/config/config.toml"), "utf8");
  expect(settings).toContain('laddr = "tcp://127.0.0.1:40011"');
  const again = await initFiles(...flags);
  expect([again.code, again.stdout]).toEqual([1, ""]);
  expect(JSON.parse(again.stderr.slice(again.stderr.indexOf("{")))).toMatchObject({
    error: { codespace: "testnet", code: 3 },
  });
});

test.each(["0", "11", "two"])("testnet init-files refuses %s validators", async (count) => {
  expect((await initFiles("--v", count, "--output-dir", "/nonexistent")).code).toBe(2);
});
