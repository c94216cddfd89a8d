import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packageRoot } from "#sandbox/worker/permissions.js";
import { showLogsOnFailure, TestNetwork } from "../network.js";

const FOLDER = join(packageRoot(), "test/e2e/compat");
const FULL = process.env["AIVM_TEST_COUNTS"] === "full";
/** Everything that its answers are compared with; 501 for unknown methods is the gateway's. */
const CHECKS = [
  "not_a_server_error",
  "status_code_conformance",
  "content_type_conformance",
  "response_schema_conformance",
  "negative_data_rejection",
  "missing_required_header",
];
const SECONDS = FULL ? 240 : 60;

let program: string;
let network: TestNetwork;

beforeAll(async () => {
  const script = join(FOLDER, "schemathesis.sh");
  program = execFileSync(script, { encoding: "utf8" }).trim();
  network = await TestNetwork.start({ validators: 1 });
}, 600_000);

afterAll(async () => {
  await network.close();
}, 60_000);

showLogsOnFailure(() => network);

/** Value of a counter without labels, or the sum over its labels. */
async function metric(name: string): Promise<number> {
  const { telemetry } = network.node(0).node.ports;
  const text = await (await fetch(`http://127.0.0.1:${telemetry}/metrics`)).text();
  expect(text).toContain(`# TYPE ${name} counter`);
  const values = [...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? ([0-9.e+]+)$`, "gm"))];
  return values.reduce((sum, [, value]) => sum + Number(value), 0);
}

test(
  "schemathesis finds no answer of the REST door that its OpenAPI description does not allow",
  { timeout: (SECONDS + 240) * 1_000 },
  async () => {
    const working = mkdtempSync(join(tmpdir(), "aivm-schemathesis-"));
    const { rest } = network.node(0).node.ports;
    const args = [
      ...["--config-file", join(FOLDER, "schemathesis.toml")],
      ...["run", `http://127.0.0.1:${rest}/openapi.json`],
      ...["--checks", CHECKS.join(","), "--phases", "coverage,fuzzing"],
      ...["--seed", "7", "--max-examples", "20", "--max-time", String(SECONDS)],
      ...["--continue-on-failure", "--no-shrink", "--warnings", "off", "--no-color"],
    ];
    const child = spawn(program, args, { cwd: working, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
    }
    const [code] = (await once(child, "close")) as [number | null];
    rmSync(working, { recursive: true, force: true });
    process.stdout.write(output.slice(output.indexOf("= SUMMARY =")));
    expect(code, output.slice(-20_000)).toBe(0);
    expect(await metric("aivm_internal_faults_total")).toBe(0);
    await network.awaitBlocks(2n);
  },
);
