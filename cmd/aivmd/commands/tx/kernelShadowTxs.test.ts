import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { QueryQuoteRequest, QueryQuoteResponse } from "#core/codec/generated/aivm/inference/v1.js";
import type { JsonObject } from "#core/codec/json.js";
import { coin } from "#core/primitives/coin.js";
import { maxValueSetBytes } from "#modules/kernel/types/schema.js";
import { toHex } from "#core/primitives/bytes.js";
import { type CommandOutcome, runCommand } from "#test/harness/clientCommand.js";
import { FakeChainRpc } from "#test/harness/fakeChainRpc.js";
import { FakeRegistry } from "#test/harness/fakeRegistry.js";
import { LIGHT_CHAIN } from "#test/harness/lightChain.js";
import { publishFolder } from "#test/harness/publishedKernel.js";
import { fakeTxContext, namedSigner } from "#test/harness/sdkClient.js";
import { initKernel } from "../kernel/initCommand.js";
import { registerTx } from "./register.js";

const OWNER = namedSigner("alice").address;
const ID = "3398c10d07d229bd91b364548e130e0e51a8e5704b88c7c083ebbeb78842dee2";

let fake: FakeChainRpc;
let registry: FakeRegistry;
let root: string;
const quoted: QueryQuoteRequest[] = [];

beforeAll(async () => {
  fake = await FakeChainRpc.start();
  registry = new FakeRegistry(fake);
  fake.chain.fund(OWNER, 3n);
  root = mkdtempSync(join(tmpdir(), "aivm-shadow-tx-"));
  const folder = join(root, "sums");
  initKernel(folder);
  await publishFolder(fakeTxContext(fake), folder);
  fake.answer(
    "/aivm.inference.v1.Query/Quote",
    { request: QueryQuoteRequest, response: QueryQuoteResponse },
    (request) => {
      quoted.push(request);
      return { price: coin("unes", 700n) };
    },
  );
});

afterAll(async () => {
  await fake.close();
  rmSync(root, { recursive: true });
});

/** Generates a transaction and sends nothing. */
function tx(...words: readonly string[]): Promise<CommandOutcome> {
  const place = ["--home", root, "--node", fake.server.url, "--chain-id", LIGHT_CHAIN];
  const flags = ["--from", OWNER, "--generate-only", "--gas", "99", "--fees", "7unes"];
  return runCommand([registerTx], ["tx", "kernel", ...words, ...flags, ...place]);
}

/** The only message of a transaction that is generated. */
async function message(...words: readonly string[]): Promise<JsonObject> {
  const { code, stdout, stderr } = await tx(...words);
  expect([code, stderr]).toEqual([0, ""]);
  const { body } = JSON.parse(stdout) as { body: { messages: JsonObject[] } };
  return body.messages[0]!;
}

describe("aivmd tx kernel start-shadow", () => {
  it("takes the id of a version and a budget as they are", async () => {
    const words = ["start-shadow", ID.toUpperCase(), "--requests", "5", "--budget", "3nes"];
    expect(await message(...words)).toEqual({
      "@type": "/aivm.kernel.v1.MsgStartShadow",
      owner: OWNER,
      version_id: Buffer.from(ID, "hex").toString("base64"),
      requests: 5,
      budget: { denom: "unes", amount: "3000000" },
    });
    expect(quoted).toEqual([]);
  });

  it("finds the version by name and number, and a budget for the largest inputs", async () => {
    const { version, manifest } = registry.versions[0]!;
    expect(await message("start-shadow", "sums@1")).toMatchObject({
      version_id: Buffer.from(toHex(version.id), "hex").toString("base64"),
      requests: 100,
      budget: { denom: "unes", amount: "70000" },
    });
    expect(quoted).toMatchObject([
      { versionId: version.id, inputCount: 1, inputBytes: maxValueSetBytes(manifest.inputs) },
    ]);
  });

  it.each([
    ["no requests", ["start-shadow", ID, "--requests", "0", "--budget", "1unes"], "--requests"],
    ["too many", ["start-shadow", ID, "--requests", "65537", "--budget", "1unes"], "--requests"],
    ["a budget that is none", ["start-shadow", ID, "--budget", "some"], "--budget"],
    ["no budget at all", ["start-shadow", ID, "--budget", "0unes"], "budget"],
    ["a version that is none", ["start-shadow", "sums@9"], "no version 9"],
    [
      "a policy beyond everything",
      ["set-shadow-policy", "sums", "5", "--agreement", "10001"],
      "--agreement",
    ],
    ["a policy of minus one", ["set-shadow-policy", "sums", "many"], "requests"],
  ])("refuses %s", async (_, words, problem) => {
    const { code, stderr } = await tx(...words);
    expect(code).not.toBe(0);
    expect(stderr).toContain(problem);
  });
});

describe("aivmd tx kernel", () => {
  it("stops a run", async () => {
    expect(await message("stop-shadow", "sums")).toEqual({
      "@type": "/aivm.kernel.v1.MsgStopShadow",
      owner: OWNER,
      kernel: "sums",
    });
  });

  it("sets a policy of full agreement unless it is said otherwise, and takes it away", async () => {
    const policy = async (...words: readonly string[]): Promise<unknown> => {
      const { min_requests, min_agreement_bps } = await message("set-shadow-policy", ...words);
      return [min_requests, min_agreement_bps];
    };
    expect(await policy("sums", "50")).toEqual([50, 10_000]);
    expect(await policy("sums", "50", "--agreement", "9900")).toEqual([50, 9_900]);
    expect(await policy("sums", "0")).toEqual([0, 0]);
  });
});
