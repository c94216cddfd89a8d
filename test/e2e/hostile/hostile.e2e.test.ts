import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ReceiptStatusNames } from "#core/codec/generated/aivm/inference/v1.js";
import type { AivmClient } from "#sdk/client.js";
import { isSdkError } from "#sdk/errors.js";
import { INFERENCE_QUERIES } from "#sdk/query/services.js";
import { shortName } from "#core/codec/shortName.js";
import { ABORTS_ITS_RUNTIME, REJECTED_KERNELS, hostileDraft } from "#test/hostile/kernels.js";
import { privateBuild, type PrivateBuild } from "../privateBuild.js";
import { showLogsOnFailure, TestNetwork } from "../network.js";
import { CODE_ATTACKS, bundleOf, everyAttack, honestDraft } from "./hostileBundle.js";

let network: TestNetwork;
let client: AivmClient;
let program: PrivateBuild;

beforeAll(async () => {
  program = await privateBuild();
  const { entry } = program;
  network = await TestNetwork.start({ validators: 2, programOf: () => ({ entry }) });
  client = await network.connect();
  const aborting = hostileDraft(ABORTS_ITS_RUNTIME);
  await Promise.all([
    client.publishKernel(await bundleOf("hostile-code", everyAttack())),
    client.publishKernel(await bundleOf("aborts-its-runtime", aborting)),
  ]);
}, 120_000);

afterAll(async () => {
  await network.close();
  program.remove();
}, 60_000);

showLogsOnFailure(() => network);

/** Status that the chain agrees on for a request, or the name of another end. */
async function endOf(kernel: string, text: string): Promise<string> {
  try {
    await client.infer(kernel, { text });
    return "OK";
  } catch (error) {
    if (isSdkError(error, "KERNEL_FAILED")) return error.facts.failures[0]?.status ?? "";
    if (isSdkError(error, "NO_AGREEMENT") || isSdkError(error, "REQUEST_EXPIRED"))
      return error.code;
    throw error;
  }
}

describe("two validators that are given hostile kernels", () => {
  it("accepted what behaves on its vector, and agree on the verdict of every attack", async () => {
    const ends = await Promise.all(CODE_ATTACKS.map(({ name }) => endOf("hostile-code", name)));
    const expected = CODE_ATTACKS.map(({ name, verdict }) => [
      name,
      shortName(ReceiptStatusNames, verdict.status),
    ]);
    expect(ends.map((end, index) => [CODE_ATTACKS[index]?.name, end])).toEqual(expected);
  });

  it("reject what attacks its validation, and keep the reason", async () => {
    const reasons = REJECTED_KERNELS.map(async ({ name, draft }) => {
      const error: unknown = await client
        .publishKernel(await bundleOf(name, draft))
        .catch((caught: unknown) => caught);
      return isSdkError(error, "VERSION_REJECTED") ? error.facts.reason : String(error);
    });
    for (const [index, found] of (await Promise.all(reasons)).entries()) {
      const { name, reason, heavy = false } = REJECTED_KERNELS[index]!;
      const allowed = [reason, ...(heavy ? ["providers do not agree on the validation"] : [])];
      expect(
        allowed.some((text) => found.includes(text)),
        `${name}: ${found}`,
      ).toBe(true);
    }
  });

  it("give no verdict where the model's runtime aborts, and nobody is at fault", async () => {
    const end = await endOf("aborts-its-runtime", "attack");
    expect(["NO_AGREEMENT", "REQUEST_EXPIRED"]).toContain(end);
    expect((await client.queryMethod(INFERENCE_QUERIES, "Faults", {})).faults).toEqual([]);
  });

  it("serve everybody else afterwards, with no block lost and no process gone", async () => {
    await client.publishKernel(await bundleOf("honest", honestDraft()));
    const { output } = await client.infer("honest", { text: "asked" });
    expect(output).toEqual({ text: "asked and answered" });
    for (const node of network.nodes) {
      expect(node.isRunning).toBe(true);
      // With two validators every block needs both signatures: whoever misses one stops the chain.
      const committed = [...node.log().matchAll(/block committed height=(\d+)/g)];
      const heights = committed.map(([, height]) => Number(height));
      expect(heights.length).toBeGreaterThan(20);
      expect(heights).toEqual(heights.map((_, index) => index + 1));
    }
  });
});
