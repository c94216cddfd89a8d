import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { caught } from "#test/harness/caught.js";
import { temporaryFile } from "#test/harness/temporaryFile.js";
import { editCometConfig, readCometConfig } from "./cometConfig.js";
import { badSetting, homeFile } from "./errors.js";

const FILE = `moniker = "one"
[rpc]
laddr = "tcp://127.0.0.1:26657"
[p2p]
laddr = "tcp://0.0.0.0:26656" # everybody
[instrumentation]
prometheus = true
prometheus_listen_addr = ":26660"
`;

function fileWith(text: string): string {
  const path = temporaryFile("config.toml");
  writeFileSync(path, text);
  return path;
}

describe("config.toml", () => {
  test("gives the addresses that CometBFT listens on", () => {
    expect(readCometConfig(fileWith(FILE))).toEqual({
      moniker: "one",
      rpc: { host: "127.0.0.1", port: 26_657 },
      p2p: { host: "0.0.0.0", port: 26_656 },
      metrics: { host: "", port: 26_660 },
    });
  });

  test("that serves no metrics and has its RPC on a socket names neither", () => {
    const text = FILE.replace("true", "false").replace("tcp://127.0.0.1:26657", "unix:///x");
    expect(readCometConfig(fileWith(text))).toMatchObject({ rpc: undefined, metrics: undefined });
  });

  test("is edited in place", () => {
    const path = fileWith(FILE);
    editCometConfig(path, [
      ["moniker", "two"],
      ["p2p.laddr", "tcp://127.0.0.1:1"],
    ]);
    const expected = FILE.replace("one", "two").replace("tcp://0.0.0.0:26656", "tcp://127.0.0.1:1");
    expect(readFileSync(path, "utf8")).toBe(expected);
  });

  test("stays as it is when one of the settings is not there", () => {
    const path = fileWith(FILE);
    const error = caught(() => {
      editCometConfig(path, [
        ["moniker", "two"],
        ["p2p.nothing", 1],
      ]);
    });
    expect(badSetting.is(error)).toBe(true);
    expect(readFileSync(path, "utf8")).toBe(FILE);
  });

  test("with a malformed address is refused with the setting", () => {
    const error = caught(() => readCometConfig(fileWith(FILE.replace(":26656", ""))));
    expect(String(error)).toContain("config.toml: p2p.laddr: must be an address");
  });

  test("that is not TOML is refused with the line", () => {
    const error = caught(() => readCometConfig(fileWith(`${FILE}oops`)));
    expect(homeFile.is(error)).toBe(true);
    expect(String(error)).toContain("config.toml: line 9");
  });
});
