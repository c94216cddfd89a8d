import { describe, expect, it } from "vitest";
import { InferenceChain } from "#test/harness/inferenceChain.js";
import { testInput, testManifest } from "#test/harness/testKernel.js";

/** What one execution of a kernel of {@link testManifest} counts for: 256 bytes, 128 around them. */
const EXECUTION_BYTES = 384n;

describe("a slot draws no more outputs than one block carries", () => {
  it("in one batch or in several, oldest first; the others wait for the next", async () => {
    const chain = await InferenceChain.start({
      validators: 1,
      kernels: [testManifest({ name: "echo" }), testManifest({ name: "parrot" })],
      inference: { payloadBytes: 3n * EXECUTION_BYTES },
    });
    const asks = ["echo", "parrot", "echo", "echo", "parrot"];
    const messages = asks.map((kernel, index) => chain.requestMessage(kernel, [testInput(index)]));
    expect((await chain.send(chain.user, messages)).code).toBe(0);
    const asked = chain.height;
    await chain.run(2);
    const slots = asks.map((_, index) => chain.getRequest(BigInt(index + 1)).slotHeight - asked);
    expect(slots).toEqual([1n, 1n, 1n, 2n, 2n]);
    await chain.run(5);
    const heights = asks.map((_, index) => chain.getResult(BigInt(index + 1)).height - asked);
    expect(heights).toEqual([5n, 5n, 5n, 6n, 6n]);
    chain.expectSound();
  });
});
