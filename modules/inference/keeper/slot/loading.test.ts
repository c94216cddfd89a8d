import { describe, expect, it } from "vitest";
import { BatchKind } from "#core/codec/generated/aivm/inference/v1.js";
import { VersionStatus } from "#core/codec/generated/aivm/kernel/v1.js";
import { InferenceFixture } from "#test/harness/inferenceFixture.js";
import { testManifest } from "#test/harness/testKernel.js";

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

  it("counts what members have to load before it, of every other version once", () => {
    const kernels = ["echo", "other", "third"].map((name) => testManifest({ name }));
    const inference = { gasPerGraceBlock: 10_000_000_000n, maxBatchRequests: 1 };
    const chain = new InferenceFixture({ kernels, inference });
    const { artifacts } = chain.kernel.state;
    const [model] = kernels[0]!.models;
    const artifact = artifacts.find(chain.ctx, model!.digest)!;
    artifacts.write(chain.ctx, { ...artifact, size: 100_000_000n });
    const ids = ["echo", "echo", "other", "third"].map((kernel) => chain.ask({ kernel }));
    chain.run();
    const graces = ids.map((id) => {
      const { phaseHeight, slotHeight } = chain.batch(chain.request(id).batchId);
      return phaseHeight - slotHeight;
    });
    // Loading takes two blocks.
    expect(graces).toEqual([4n, 4n, 6n, 8n]);
    expect(chain.brokenInvariants()).toEqual([]);
  });

  it("counts no more of that than a provider may have to do", () => {
    const kernels = ["echo", "other"].map((name) => testManifest({ name }));
    const maxBatchGas = REQUEST_GAS;
    const inference = { gasPerGraceBlock: REQUEST_GAS, maxBatchGas, providerGas: 2n * REQUEST_GAS };
    const chain = new InferenceFixture({ kernels, inference });
    const { artifacts } = chain.kernel.state;
    const artifact = artifacts.find(chain.ctx, kernels[0]!.models[0]!.digest)!;
    artifacts.write(chain.ctx, { ...artifact, size: 100_000_000n });
    const ids = kernels.map(({ name }) => chain.ask({ kernel: name }));
    chain.run();
    const [, last] = ids.map((id) => chain.batch(chain.request(id).batchId));
    // Gas, loading, and one more of what was reserved and is to be loaded before it.
    expect(last!.phaseHeight - last!.slotHeight).toBe(2n + 3n);
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
