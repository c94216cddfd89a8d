import { expect, test, vi } from "vitest";
import * as ecvrf from "#core/crypto/ecvrf.js";
import { ProofCache } from "./proofCache.js";

const SEED = new Uint8Array(32).fill(7);
const KEY = ecvrf.vrfPublicKey(SEED);
const ALPHA = Uint8Array.of(1, 2, 3);
const PROOF = ecvrf.vrfProve(SEED, ALPHA);

vi.mock(import("#core/crypto/ecvrf.js"), { spy: true });

test("a proof is verified once, with the output that it carries", () => {
  vi.mocked(ecvrf.vrfVerify).mockClear();
  const cache = new ProofCache();
  const first = cache.vrfOutput(KEY, ALPHA, PROOF);
  expect(first).toEqual(ecvrf.vrfProofToHash(PROOF));
  expect(cache.vrfOutput(KEY, ALPHA, PROOF)).toEqual(first);
  expect(ecvrf.vrfVerify).toHaveBeenCalledTimes(1);
});

test("a proof of this node's own has the output that verifying it gives, without verifying", () => {
  const cache = new ProofCache();
  cache.trust(KEY, ALPHA, PROOF);
  vi.mocked(ecvrf.vrfVerify).mockClear();
  const trusted = cache.vrfOutput(KEY, ALPHA, PROOF);
  expect(ecvrf.vrfVerify).not.toHaveBeenCalled();
  expect(trusted).toEqual(ecvrf.vrfVerify(KEY, ALPHA, PROOF));
});

test("trust in a proof is for its very key, input and bytes", () => {
  const cache = new ProofCache();
  cache.trust(KEY, ALPHA, PROOF);
  const altered = PROOF.with(79, (PROOF[79] ?? 0) ^ 1);
  const otherKey = ecvrf.vrfPublicKey(new Uint8Array(32).fill(8));
  expect(cache.vrfOutput(KEY, ALPHA, altered)).toBeUndefined();
  expect(cache.vrfOutput(KEY, Uint8Array.of(1, 2), PROOF)).toBeUndefined();
  expect(cache.vrfOutput(otherKey, ALPHA, PROOF)).toBeUndefined();
});

test("an invalid proof is never remembered", () => {
  const cache = new ProofCache();
  expect(cache.vrfOutput(KEY, ALPHA, new Uint8Array(80))).toBeUndefined();
  expect(cache.vrfOutput(KEY, ALPHA, new Uint8Array(80))).toBeUndefined();
  expect(cache.vrfOutput(KEY, ALPHA, PROOF)).toEqual(ecvrf.vrfProofToHash(PROOF));
});
