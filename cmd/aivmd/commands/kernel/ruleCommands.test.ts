import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { VersionStatus } from "#core/codec/generated/aivm/kernel/v1.js";
import type { JsonObject } from "#core/codec/json.js";
import { computeVersionId } from "#modules/kernel/types/versionId.js";
import { type CommandOutcome, runCommand } from "#test/harness/clientCommand.js";
import { FakeChainRpc } from "#test/harness/fakeChainRpc.js";
import { FakeRegistry } from "#test/harness/fakeRegistry.js";
import { LIGHT_CHAIN } from "#test/harness/lightChain.js";
import { publishFolder } from "#test/harness/publishedKernel.js";
import { fakeTxContext, namedSigner } from "#test/harness/sdkClient.js";
import { initKernel } from "./initCommand.js";
import { registerKernel } from "./register.js";

const OWNER = namedSigner("alice").address;
const BOB = namedSigner("bob").address;

let fake: FakeChainRpc;
let registry: FakeRegistry;
let root: string;

beforeAll(async () => {
  fake = await FakeChainRpc.start();
  registry = new FakeRegistry(fake);
  fake.chain.fund(OWNER, 3n);
  root = mkdtempSync(join(tmpdir(), "aivm-rules-"));
  const folder = join(root, "sums");
  initKernel(folder);
  await publishFolder(fakeTxContext(fake), folder);
  const { version, manifest } = registry.versions[0]!;
  for (const number of [2, 3, 4]) {
    const parents = [new Uint8Array(32).fill(number)];
    const id = computeVersionId("sums", version.manifestHash, parents);
    const next = { ...version, id, parents, number: BigInt(number) };
    registry.versions.push({ version: next, manifest });
  }
});

beforeEach(() => {
  for (const stored of registry.versions) setStatus(stored, VersionStatus.ACTIVE);
  setHead(4);
});

afterAll(async () => {
  await fake.close();
  rmSync(root, { recursive: true });
});

function setStatus(stored: (typeof registry.versions)[number], status: VersionStatus): void {
  stored.version = { ...stored.version, status };
}

/** Makes a version the head; none for 0. */
function setHead(number: number): void {
  const kernel = registry.kernels.get("sums")!;
  const headVersionId =
    number === 0 ? new Uint8Array(0) : registry.versions[number - 1]!.version.id;
  registry.kernels.set("sums", { ...kernel, headVersionId });
}

/** Generates a transaction and sends nothing. */
function kernel(...words: readonly string[]): Promise<CommandOutcome> {
  const place = ["--home", root, "--node", fake.server.url, "--chain-id", LIGHT_CHAIN];
  const flags = ["--from", OWNER, "--generate-only", "--gas", "99", "--fees", "7unes"];
  return runCommand([registerKernel], ["kernel", ...words, ...flags, ...place]);
}

async function message(...words: readonly string[]): Promise<JsonObject> {
  const { code, stdout, stderr } = await kernel(...words);
  expect([code, stderr]).toEqual([0, ""]);
  const { body } = JSON.parse(stdout) as { body: { messages: JsonObject[] } };
  expect(body.messages).toHaveLength(1);
  return body.messages[0]!;
}

function idOf(number: number): string {
  return Buffer.from(registry.versions[number - 1]!.version.id).toString("base64");
}

describe("what owners do with their kernels", () => {
  it.each([
    [["set-head", "sums@2"], "MsgSetHead", { version_id: 2 }],
    [["deprecate", "sums@3"], "MsgDeprecateVersion", { version_id: 3 }],
    [["takedown", "sums@1", "court order"], "MsgTakeDownVersion", { version_id: 1 }],
    [["access", "sums", "restricted", "--allow", BOB], "MsgSetAccess", { allowed: [BOB] }],
    [["price", "sums", "2500"], "MsgSetPrice", { price: "2500" }],
    [["price", "sums", "manifest"], "MsgSetPrice", { price: "" }],
    [["royalty", "sums"], "MsgSetRoyalty", { shares: [] }],
    [["transfer", "sums", BOB], "MsgTransferKernel", { new_owner: BOB }],
    [["start-shadow", "sums@2", "--budget", "1nes"], "MsgStartShadow", { version_id: 2 }],
    [["stop-shadow", "sums"], "MsgStopShadow", { kernel: "sums" }],
    [["shadow-policy", "sums", "5"], "MsgSetShadowPolicy", { min_requests: 5 }],
  ])("%j sends %s", async (words, type, fields) => {
    const { version_id: number, ...others } = fields as { version_id?: number };
    const id = number === undefined ? {} : { version_id: idOf(number) };
    expect(await message(...words)).toMatchObject({
      "@type": `/aivm.kernel.v1.${type}`,
      ...others,
      ...id,
    });
  });

  it("show themselves by an example", async () => {
    const { stdout } = await runCommand([registerKernel], ["kernel", "price", "--help"]);
    expect(stdout).toContain("aivmd kernel price digits 2500 --from alice");
  });
});

describe("a rollback", () => {
  it("makes the newest active version before the head the head", async () => {
    setStatus(registry.versions[2]!, VersionStatus.DEPRECATED);
    expect(await message("rollback", "sums")).toMatchObject({ version_id: idOf(2) });
    setHead(2);
    expect(await message("rollback", "sums")).toMatchObject({ version_id: idOf(1) });
  });

  it("passes over a version that never was the head: a policy may keep it from being it", async () => {
    setHead(3);
    registry.versions[1]!.version.wasHead = false;
    expect(await message("rollback", "sums")).toMatchObject({ version_id: idOf(1) });
  });

  it("says what is missing where there is nothing to go back to", async () => {
    setHead(1);
    expect((await kernel("rollback", "sums")).stderr).toContain(
      "kernel sums has no active version before sums@1",
    );
    setHead(0);
    expect((await kernel("rollback", "sums")).stderr).toContain("kernel sums has no head");
    expect((await kernel("rollback", "nothing")).stderr).toContain("kernel nothing");
  });
});
