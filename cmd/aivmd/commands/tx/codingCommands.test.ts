import { describe, expect, test } from "vitest";
import { MsgSend } from "#core/codec/generated/cosmos/bank/v1beta1.js";
import { type CommandOutcome, runCommand } from "#test/harness/clientCommand.js";
import { SDK_VECTORS } from "#test/vectors/sdkVectors.js";
import { registerTx } from "./register.js";

function runTx(words: readonly string[], input = ""): Promise<CommandOutcome> {
  return runCommand([registerTx], ["tx", ...words], input);
}

async function done(...words: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runTx(words);
  expect([code, stderr]).toEqual([0, ""]);
  return stdout;
}

describe("tx encode and decode", () => {
  const { txBytes } = SDK_VECTORS.multisigTx;
  const base64 = Buffer.from(txBytes, "hex").toString("base64");

  test("are each other's inverse, in base64 and in hex", async () => {
    const json = await done("decode", base64);
    expect(await done("decode", "--hex", txBytes.toUpperCase())).toBe(json);
    expect(JSON.parse(json)).toMatchObject({ body: { messages: [{ "@type": MsgSend.typeUrl }] } });
    expect((await runTx(["encode", "-"], json)).stdout).toBe(`${base64}\n`);
  });

  test.each([
    ["text that is no base64", ["decode", "*"], "not base64: *"],
    ["text that is no hex", ["decode", "-x", "0"], "not hex: 0"],
    [
      "bytes that are no transaction",
      ["decode", "AAAA"],
      "these bytes are no transaction: malformed",
    ],
  ])("refuse %s", async (_name, words, problem) => {
    const { code, stderr } = await runTx(words);
    expect(stderr).toContain(problem);
    expect(code).toBe(2);
  });
});
