import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { initKernel } from "#cmd/aivmd/commands/kernel/initCommand.js";
import { GenesisState } from "#core/codec/generated/aivm/inference/v1.js";
import type { JsonObject, JsonValue } from "#core/codec/json.js";
import { genesisModules } from "#node/genesis/createGenesis.js";
import { editSection, type GenesisDoc } from "#node/genesis/genesisDoc.js";
import { showLogsOnFailure, TestNetwork } from "./network.js";
import { privateBuild, type PrivateBuild } from "./privateBuild.js";

/** The slowest command waits for a validation job, beside whatever else this machine does. */
const COMMAND_TIMEOUT_MS = 240_000;
const REQUESTS = 3;

let network: TestNetwork;
let program: PrivateBuild;
let folder: string;
let kernel: string;

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs aivmd as a process of its own, against the first node. */
function aivmd(...argv: readonly string[]): Promise<Outcome> {
  return new Promise((settle) => {
    const options = { encoding: "utf8", timeout: COMMAND_TIMEOUT_MS } as const;
    const args = [program.entry, ...argv, "--home", network.node(0).home.root];
    const child = execFile(process.execPath, args, options, (_error, stdout, stderr) => {
      settle({ code: child.exitCode ?? -1, stdout, stderr });
    });
    child.stdin?.end();
  });
}

/** Runs a command that must succeed; gives the JSON that it printed. */
async function json(...argv: readonly string[]): Promise<JsonObject> {
  const { code, stdout, stderr } = await aivmd(...argv, "--output", "json");
  expect({ argv, code, stderr: code === 0 ? "" : stderr }).toEqual({ argv, code: 0, stderr: "" });
  return JSON.parse(stdout) as JsonObject;
}

/** Disputes and pay have three blocks, not twenty. */
function hasty(doc: GenesisDoc): GenesisDoc {
  const { types: registry } = genesisModules();
  const inference = { name: "inference", codec: GenesisState, registry };
  return editSection(doc, inference, (genesis) => ({
    ...genesis,
    params: { ...genesis.params, challengeWindowBlocks: 3n },
  }));
}

async function runs(): Promise<JsonObject[]> {
  return (await json("kernel", "shadow", "sums"))["runs"] as JsonObject[];
}

function text(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

beforeAll(async () => {
  program = await privateBuild();
  const { entry } = program;
  const programOf = (): { readonly entry: string } => ({ entry });
  network = await TestNetwork.start({ validators: 2, programOf, adaptGenesis: hasty });
  folder = mkdtempSync(join(tmpdir(), "aivm-shadow-"));
  kernel = join(folder, "sums");
  initKernel(kernel);
}, 240_000);

afterAll(async () => {
  await network.close();
  rmSync(folder, { recursive: true, force: true });
  program.remove();
}, 60_000);

showLogsOnFailure(() => network);

describe("a kernel whose head is not replaced without a shadow run, on two validators", () => {
  let next: string;

  test("keeps its head when another version becomes active, and refuses it as the head", async () => {
    await json("kernel", "publish", kernel, "--from", "user");
    await json("tx", "kernel", "set-shadow-policy", "sums", String(REQUESTS), "--from", "user");
    const file = join(kernel, "infer.js");
    writeFileSync(file, `// The next one.\n${readFileSync(file, "utf8")}`);
    const published = await json("kernel", "publish", kernel, "--from", "user");
    next = text(published["version_id"]);
    const versions = (await json("query", "kernel", "versions", "sums"))[
      "versions"
    ] as JsonObject[];
    expect(versions.map(({ status, was_head }) => [status, was_head])).toEqual([
      ["VERSION_STATUS_ACTIVE", true],
      ["VERSION_STATUS_ACTIVE", false],
    ]);
    const { code, stderr } = await aivmd("tx", "kernel", "set-head", next, "--from", "user");
    const refusal = "version has not shown what the kernel's policy asks for";
    expect([code, stderr]).toEqual([1, expect.stringContaining(refusal)]);
    expect(stderr).toContain("it never ran beside the head");
  }, 300_000);

  test("lets it repeat three answers beside the head, and reports on the chain", async () => {
    const start = ["tx", "kernel", "start-shadow", "sums@2", "--requests", String(REQUESTS)];
    await json(...start, "--from", "user");
    for (const first of [1, 2, 3]) {
      const input = JSON.stringify({ x: [first, 0, 0, 0] });
      await json("kernel", "run", "sums", "--input-json", input, "--from", "user");
    }
    await expect
      .poll(async () => (await runs())[0]?.["status"], { timeout: 120_000 })
      .toBe("SHADOW_STATUS_ENDED");
    const [run] = await runs();
    expect(run).toMatchObject({
      end: "SHADOW_END_COMPLETE",
      number: "2",
      queued: REQUESTS,
      answered: REQUESTS,
      agreed: REQUESTS,
      budget: { denom: "unes", amount: "0" },
    });
    expect(BigInt(text(run!["shadow_gas"]))).toBeGreaterThan(0n);
    expect(BigInt(text(run!["shadow_blocks"]))).toBeGreaterThan(0n);
    const { stdout } = await aivmd("kernel", "shadow", "sums");
    expect(stdout).toContain("3 (100.0 %)");
    process.stdout.write(stdout);
  }, 300_000);

  test("takes it as the head then", async () => {
    await json("tx", "kernel", "set-head", next, "--from", "user");
    const found = await json("query", "kernel", "kernel", "sums");
    const head = (found["kernel"] as JsonObject)["head_version_id"];
    expect(Buffer.from(text(head), "base64").toString("hex")).toBe(next);
  }, 120_000);
});
