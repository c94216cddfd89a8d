import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Version } from "#core/codec/generated/aivm/kernel/v1.js";
import { toHex } from "#core/primitives/bytes.js";
import type { CommandOutcome } from "#test/harness/clientCommand.js";
import { FakeChainRpc } from "#test/harness/fakeChainRpc.js";
import { FakeRegistry } from "#test/harness/fakeRegistry.js";
import { runKernelCommand } from "#test/harness/kernelCommand.js";
import { publishFolder } from "#test/harness/publishedKernel.js";
import { fakeTxContext } from "#test/harness/sdkClient.js";
import { checkSource } from "../checkSource.js";
import { initKernel } from "../initCommand.js";
import { readKernelSource } from "../kernelSource.js";
import { versionIdOf } from "../versionOfFolder.js";

let fake: FakeChainRpc;
let registry: FakeRegistry;
let root: string;
let folder: string;
let first: Version;
let second: Version;

// One chain for all tests: none but the last changes it.
beforeAll(async () => {
  fake = await FakeChainRpc.start();
  registry = new FakeRegistry(fake);
  root = mkdtempSync(join(tmpdir(), "aivm-pull-"));
  folder = join(root, "sums");
  initKernel(folder);
  const vector = { input: { x: [-0, 1e-40, 0.1, -5] }, seed: "ab".repeat(32) };
  writeFileSync(join(folder, "vectors", "odd.json"), JSON.stringify(vector).replace("[0,", "[-0,"));
  // Several chunks, so that their order matters.
  const numbers = Array.from({ length: 4_000 }, (_, index) => index).join(" ");
  edit(join(folder, "infer.js"), (text) => `${text}// ${numbers}\n`);
  first = await publishFolder(fakeTxContext(fake), folder);
  edit(join(folder, "Aivmfile"), (text) => text.replace("0.001NES", "0.002NES"));
  second = await publishFolder(fakeTxContext(fake), folder);
});

afterEach(() => {
  registry.alterChunk = (data) => data;
  rmSync(join(root, "out"), { recursive: true, force: true });
});

afterAll(async () => {
  await fake.close();
  rmSync(root, { recursive: true });
});

function kernel(...words: readonly string[]): Promise<CommandOutcome> {
  return runKernelCommand(fake, ...words);
}

const edit = (file: string, change: (text: string) => string): void => {
  writeFileSync(file, change(readFileSync(file, "utf8")));
};

describe("kernel pull", () => {
  it("makes a folder that builds to the very same version", async () => {
    const out = join(root, "pulled");
    const { code, stdout, stderr } = await kernel("pull", "sums@1", "--out", out, "-o", "json");
    expect([code, stderr]).toEqual([0, expect.stringContaining("5 artifacts")]);
    const id = toHex(first.id);
    expect(JSON.parse(stdout)).toMatchObject({ version_id: id, built_id: id, same: true });
    expect(toHex(versionIdOf(out))).toBe(id);
    expect(readFileSync(join(out, "infer.js"))).toEqual(readFileSync(join(folder, "infer.js")));
    expect(readFileSync(join(out, "net.onnx"))).toEqual(readFileSync(join(folder, "model.onnx")));
    expect(readFileSync(join(out, "vectors/0002.json"), "utf8")).toContain('"x":[-0,');
    checkSource(readKernelSource(out));
  });

  it("takes a version by its number or its id, with its parents", async () => {
    expect(second.parents).toEqual([first.id]);
    for (const [index, name] of ["sums", "sums@2", `sums@${toHex(second.id)}`].entries()) {
      const out = join(root, `out${index}`);
      expect((await kernel("pull", name, "--out", out)).code).toBe(0);
      expect(toHex(versionIdOf(out))).toBe(toHex(second.id));
      expect(readKernelSource(out).compiled.parents).toEqual([first.id]);
    }
    expect((await kernel("pull", toHex(first.id), "--out", join(root, "first"))).code).toBe(0);
    expect(toHex(versionIdOf(join(root, "first")))).toBe(toHex(first.id));
  });

  it.each([
    ["nothing", 1, "client/4 not found: kernel nothing"],
    ["sums@7", 1, "client/4 not found: kernel sums has 2 versions, no version 7"],
    ["sums@head", 2, "a version is a number from 1 or 64 hex digits"],
    ["@", 2, "must be NAME, NAME@NUMBER or the id of a version"],
  ])("of %s fails and leaves nothing behind", async (name, exit, problem) => {
    const out = join(root, "out");
    const { code, stderr } = await kernel("pull", name, "--out", out);
    expect([code, stderr]).toEqual([exit, expect.stringContaining(problem)]);
    expect(existsSync(out)).toBe(false);
  });

  it("does not believe a node that gives other bytes, or fewer", async () => {
    const out = join(root, "out");
    registry.alterChunk = (data) => data.map((byte) => byte ^ 1);
    expect((await kernel("pull", "sums", "--out", out)).stderr).toContain(
      "the node gives other bytes",
    );
    registry.alterChunk = (data) => data.slice(1);
    expect((await kernel("pull", "sums", "--out", out)).stderr).toContain("has a wrong length");
    expect(existsSync(out)).toBe(false);
  });

  it("does not go where something is, and asks the node for nothing", async () => {
    const before = readFileSync(join(folder, "infer.js"), "utf8");
    const { code, stderr } = await kernel("pull", "sums", "--out", folder);
    expect([code, stderr]).toEqual([1, expect.stringContaining("author/10")]);
    expect(readFileSync(join(folder, "infer.js"), "utf8")).toBe(before);
  });
});

describe("kernel fork", () => {
  it("begins a kernel of another name that derives from the version", async () => {
    const out = join(root, "my-sums");
    const { code, stdout } = await kernel("fork", "sums@1", out);
    expect([code, stdout]).toEqual([0, expect.stringContaining(toHex(first.id))]);
    const text = readFileSync(join(out, "Aivmfile"), "utf8");
    expect(text).toContain(`PARENT    ${toHex(first.id)}\n`);
    const forked = await publishFolder(fakeTxContext(fake), out);
    expect(forked.parents).toEqual([first.id]);
    expect(registry.kernels.get("my-sums")?.versionCount).toBe(1n);
  });

  it("refuses a name that kernels may not have, before it asks the node", async () => {
    const { code, stderr } = await kernel("fork", "sums", join(root, "My Sums"));
    expect([code, stderr]).toEqual([2, expect.stringContaining("give --name")]);
  });
});
