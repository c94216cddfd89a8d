import { expect, test } from "vitest";
import { runCommand } from "#test/harness/clientCommand.js";
import { registerVersion } from "./version.js";

test("version is one line, and with --long all that the program is made of", async () => {
  expect((await runCommand([registerVersion], ["version"])).stdout).toBe("0.1.0\n");
  const { stdout } = await runCommand([registerVersion], ["version", "--long", "-o", "json"]);
  const long = JSON.parse(stdout) as Record<string, unknown>;
  expect(long).toMatchObject({ server_name: "aivmd", version: "0.1.0", cometbft: "v0.38.25" });
  const engines = long["engines"] as Array<{ name: string; sha256: string }>;
  expect(engines.map(({ name }) => name)).toEqual(["ort-wasm", "ort-native", "quickjs"]);
  for (const { sha256 } of engines) expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  const dependencies = long["build_deps"] as Array<{ name: string; version: string }>;
  expect(dependencies.map(({ name }) => name)).toContain("better-sqlite3");
  for (const { version } of dependencies) expect(version).toMatch(/^[0-9]+\./);
});
