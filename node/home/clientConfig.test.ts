import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { caught } from "#test/harness/caught.js";
import { temporaryFile } from "#test/harness/temporaryFile.js";
import { clientToml, readClientConfig } from "./clientConfig.js";
import { badSetting } from "./errors.js";

function fileWith(text: string): string {
  const path = temporaryFile("client.toml");
  writeFileSync(path, text);
  return path;
}

test("what init writes is read back", () => {
  const text = clientToml({
    chainId: 'a"b-1',
    keyringBackend: "test",
    node: "tcp://127.0.0.1:36657",
  });
  expect(readClientConfig(fileWith(text))).toEqual({
    chainId: 'a"b-1',
    keyringBackend: "test",
    output: "text",
    node: { host: "127.0.0.1", port: 36_657 },
    broadcastMode: "block",
  });
});

const bad: ReadonlyArray<readonly [string, string]> = [
  ['keyring-backend = "os"', "keyring-backend: must be one of file, test"],
  ['output = "yaml"', "output: must be one of text, json"],
  ['node = "unix:///x"', "node: must be an address such as tcp://localhost:26657"],
  ['broadcast-mode = "never"', "broadcast-mode: must be one of block, sync, async"],
  ['chain_id = "x"', "chain_id: no such setting; did you mean chain-id?"],
];
test.each(bad)("refuses %s", (text, sentence) => {
  const error = caught(() => readClientConfig(fileWith(text)));
  expect(badSetting.is(error)).toBe(true);
  expect(String(error)).toContain(sentence);
});
