import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildKernel } from "#cmd/aivmd/commands/kernel/buildKernel.js";
import { withLocalSandbox } from "#cmd/aivmd/commands/kernel/localSandbox.js";
import { PayoutRole } from "#core/codec/generated/aivm/reward/v1.js";
import { NATIVE_ENGINE } from "#modules/kernel/types/engines.js";
import { packageRoot } from "#sandbox/worker/permissions.js";
import type { AivmClient } from "#sdk/client.js";
import { isSdkError } from "#sdk/errors.js";
import { INFERENCE_QUERIES } from "#sdk/query/services.js";
import { awaitPayments } from "#testnet/demo/payments.js";
import { showLogsOnFailure, TestNetwork } from "./network.js";
import { privateBuild, type PrivateBuild } from "./privateBuild.js";

const FOLDER = join(packageRoot(), "kernels", "shakespeare-probabilities");
const KERNEL = "shakespeare-probabilities";
/** Offers every engine but the native one. */
const WITHOUT = 3;

let network: TestNetwork;
let client: AivmClient;
let program: PrivateBuild;

beforeAll(async () => {
  program = await privateBuild();
  const { entry } = program;
  network = await TestNetwork.create({ validators: 4, programOf: () => ({ entry }) });
  const settings = network.node(WITHOUT).home.appConfig;
  const text = readFileSync(settings, "utf8");
  writeFileSync(settings, text.replace("native = true", "native = false"));
  for (const node of network.nodes) node.start();
  await Promise.all(network.nodes.map((node) => node.reaches(2n)));
  client = await network.connect(0, { witnessRpc: network.node(1).url });
}, 180_000);

afterAll(async () => {
  await network.close();
  program.remove();
}, 60_000);

showLogsOnFailure(() => network);

describe("four validators, three of which offer the native engine", () => {
  it("say which engines they offer", () => {
    for (const [index, node] of network.nodes.entries()) {
      const isOffered = index !== WITHOUT;
      expect(node.log().includes("the native engine is offered")).toBe(isOffered);
      expect(node.log().includes("the native engine is not offered")).toBe(!isOffered);
    }
  });

  it("validate a kernel of the native engine, whose vectors carry their outputs", async () => {
    const child = program.entry.replace(/cmd\/aivmd\/main\.js$/, "sandbox/worker/child.js");
    const { bundle } = await withLocalSandbox((sandbox) => buildKernel(sandbox, FOLDER), {
      entry: child,
    });
    expect(bundle.manifest.modelEngine).toEqual(NATIVE_ENGINE);
    const { version } = await client.publishKernel(bundle);
    expect(version.modelGas).toBeGreaterThan(0n);
  });

  it("agree on one of their answers, and the three that gave one are paid", async () => {
    const prompt = "JULIET:\nO Romeo,";
    const { output, trace, requestId } = await client.infer(KERNEL, { prompt });
    const probs = (output?.["probs"] as readonly number[]).map(Number);
    expect(probs).toHaveLength(512);
    expect(Math.abs(probs.reduce((sum, one) => sum + one, 0) - 1_000_000)).toBeLessThanOrEqual(20);
    const verdicts = trace.members.map(({ verdict }) => verdict);
    expect(verdicts.filter((verdict) => verdict === "right")).toHaveLength(3);
    const { payouts } = await awaitPayments(client, requestId);
    expect(payouts.filter(({ role }) => role === PayoutRole.MEMBER)).toHaveLength(3);
    expect((await client.queryMethod(INFERENCE_QUERIES, "Faults", {})).faults).toEqual([]);
  });

  it("agree on the kernel's own failure", async () => {
    const error: unknown = await client
      .infer(KERNEL, { prompt: "Act 2" })
      .catch((caught: unknown) => caught);
    expect(isSdkError(error, "KERNEL_FAILED") && error.facts.failures[0]?.status).toBe("EXCEPTION");
  });
});
