import { describe, expect, it } from "vitest";
import { BatchKind } from "#core/codec/generated/aivm/inference/v1.js";
import { VersionStatus } from "#core/codec/generated/aivm/kernel/v1.js";
import { InferenceFixture } from "#test/harness/inferenceFixture.js";

/** Gas of one request of the kernel `echo`. */
const REQUEST_GAS = 1_000_000n;

function start(gasPerGraceBlock: bigint, changes: { readonly maxBatchGas?: bigint } = {}) {
  const inference = { gasPerGraceBlock, maxRequestBlocks: 1_000_000n, ...changes };
  return new InferenceFixture({ inference });
}

/** Bytes of the model of `echo`. */
function modelBytes(chain: InferenceFixture): bigint {
  const version = chain.kernel.findHead(chain.ctx, "echo")!;
  return chain.kernel.modelBytes(chain.ctx, version.id);
}

describe("the grace of a batch", () => {
  it("counts the bytes of the models that a member may have to load", () => {
    // One more gas than the request has: the models' bytes make the block full.
    const chain = start(REQUEST_GAS + 1n);
    expect(modelBytes(chain)).toBeGreaterThan(0n);
    const id = chain.ask();
    chain.run();
    const batch = chain.batch(chain.request(id).batchId);
    expect(batch.loadingGas).toBe(200n * modelBytes(chain));
    expect(batch.gas).toBe(REQUEST_GAS);
    expect(batch.phaseHeight - batch.slotHeight).toBe(3n);
    expect(chain.brokenInvariants()).toEqual([]);
  });

  it("counts no more of them than a batch may have of work", () => {
    const chain = start(1_000_000n, { maxBatchGas: REQUEST_GAS });
    const version = chain.kernel.findHead(chain.ctx, "echo")!;
    const digest = chain.kernel.getManifest(chain.ctx, version.id).models[0]!.digest;
    const artifact = chain.kernel.state.artifacts.find(chain.ctx, digest)!;
    chain.kernel.state.artifacts.write(chain.ctx, { ...artifact, size: 100_000_000n });
    const id = chain.ask();
    chain.run();
    const batch = chain.batch(chain.request(id).batchId);
    expect(batch.loadingGas).toBe(REQUEST_GAS);
    expect(batch.phaseHeight - batch.slotHeight).toBe(2n + 2n);
  });

  it("of a validation job counts all of them", () => {
    const chain = start(1_000_000_000n);
    const version = chain.kernel.findHead(chain.ctx, "echo")!;
    const { state } = chain.kernel;
    const manifest = chain.kernel.getManifest(chain.ctx, version.id);
    const digest = manifest.models[0]!.digest;
    const artifact = state.artifacts.find(chain.ctx, digest)!;
    state.artifacts.write(chain.ctx, { ...artifact, size: 100_000_000n });
    const waiting = { ...version, status: VersionStatus.VALIDATING, validationHeight: 0n };
    state.setVersion(chain.ctx, waiting);
    state.addWaiting(chain.ctx, waiting);
    chain.run();
    const batch = chain.batch(1n);
    expect(batch.kind).toBe(BatchKind.VALIDATION);
    expect(batch.loadingGas).toBe(20_000_000_000n);
    expect(batch.phaseHeight - batch.slotHeight).toBe(2n + 20n);
  });
});
