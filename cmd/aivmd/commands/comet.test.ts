import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { runCommand } from "#test/harness/clientCommand.js";
import { fakeComet } from "#test/harness/fakeComet.js";
import { temporaryFile } from "#test/harness/temporaryFile.js";
import { registerComet } from "./comet.js";
import { registerInit } from "./init.js";

test("comet shows the identities of a home and the binary that is used", async () => {
  const home = join(dirname(temporaryFile()), "home");
  const environment = { COMETBFT: fakeComet() };
  const run = async (line: string): Promise<string> => {
    const argv = [...line.split(" "), "--home", home];
    const { code, stdout } = await runCommand([registerInit, registerComet], argv, "", environment);
    expect([line, code]).toEqual([line, 0]);
    return stdout;
  };
  await run("init amy --chain-id aivm-test-1");
  expect(await run("comet show-node-id")).toBe("65f57b11ef666a4994c63d98644555187449e228\n");
  expect(JSON.parse(await run("comet show-validator"))).toEqual({
    "@type": "/cosmos.crypto.ed25519.PubKey",
    key: "I9HUlrRt91WYNlzDHE2koiuAl6FIPutVOhuqIw+qyXE=",
  });
  expect(await run("cometbft show-address")).toMatch(/^nesavalcons1[a-z0-9]{38}\n$/);
  expect(await run("comet version")).toBe(`0.38.25 at ${environment.COMETBFT}\n`);
});
