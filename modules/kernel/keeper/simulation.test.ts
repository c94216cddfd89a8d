import { describe, expect, test } from "vitest";
import { sha256 } from "#core/crypto/hash.js";
import { ChainError } from "#core/primitives/errors.js";
import {
  account,
  bytesOf,
  chunksOf,
  FUNDS,
  KernelFixture,
  kernelParts,
  manifestOf,
  smallGenesis,
} from "#test/harness/kernelFixture.js";
import { SeededRandom } from "#test/harness/random.js";
import { digestMismatch } from "../types/registryErrors.js";
import { exportGenesis } from "./genesis.js";

const NAMES = ["alice", "bob", "carol"];
const SEEDS = ["a", "b", "c"];
const KERNELS = ["digits", "iris"];
const STEPS = 150;

/** One random operation; those that are refused must leave no trace. */
function step(kernels: KernelFixture, random: SeededRandom): void {
  const name = random.pick(NAMES);
  const parts = kernelParts(random.pick(SEEDS));
  const bytes = random.pick([parts.model, parts.inference, parts.vector, bytesOf("stray", 2_100)]);
  const digest = sha256(bytes);
  const choice = random.below(12);
  if (choice < 2) kernels.create(name, digest, BigInt(bytes.length));
  else if (choice < 5) kernels.upload(name, bytes);
  else if (choice === 5) {
    const index = random.below(3);
    const data = chunksOf(random.oneIn(3) ? bytesOf("wrong", bytes.length) : bytes)[index];
    kernels.chunk(name, digest, { index, data: data ?? bytes });
  } else if (choice === 6) kernels.release(name, digest);
  else if (choice < 9) {
    const description = random.pick(["", "one", "two", "three"]);
    kernels.publish(name, manifestOf(random.pick(KERNELS), parts, description));
  } else if (choice === 9) settleNext(kernels, random);
  else if (choice === 10) deprecateHead(kernels, random);
  else kernels.beginBlock(kernels.ctx.height + BigInt(random.below(40)));
}

function settleNext(kernels: KernelFixture, random: SeededRandom): void {
  const [id] = kernels.keeper.awaitingValidation(kernels.ctx, 1);
  if (id === undefined) return;
  const payees = NAMES.slice(random.below(4)).map(account);
  kernels.settle(id, { accepted: !random.oneIn(3), reason: "" }, payees);
}

function deprecateHead(kernels: KernelFixture, random: SeededRandom): void {
  const head = kernels.keeper.findHead(kernels.ctx, random.pick(KERNELS));
  if (head !== undefined) kernels.deprecate(random.pick(NAMES), head.id);
}

describe("random operations", () => {
  test.each([1, 2, 3, 4, 5, 6])("keep every invariant and every coin (seed %i)", (seed) => {
    const kernels = new KernelFixture(smallGenesis());
    const random = new SeededRandom(BigInt(seed));
    let refused = 0;
    for (let index = 0; index < STEPS; index++) {
      const before = kernels.dump();
      try {
        step(kernels, random);
      } catch (error) {
        if (!(error instanceof ChainError)) throw error;
        refused++;
        // An upload is several messages, of which the first may have succeeded.
        if (!digestMismatch.is(error)) expect(kernels.dump()).toEqual(before);
      }
      expect(kernels.brokenInvariants(), `step ${index}`).toEqual([]);
    }
    const held = [...NAMES.map((name) => kernels.balance(name)), kernels.moduleBalance("kernel")];
    const total = held.reduce((sum, amount) => sum + amount, kernels.moduleBalance("community"));
    expect(total).toBe(3n * FUNDS);
    expect(refused).toBeGreaterThan(10);
    const genesis = exportGenesis(kernels.ctx, kernels.keeper.state);
    const again = new KernelFixture(genesis, kernels.moduleBalance("kernel"));
    expect(exportGenesis(again.ctx, again.keeper.state)).toEqual(genesis);
  });
});
