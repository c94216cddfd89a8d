import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ValidationReport } from "#core/codec/generated/aivm/kernel/v1.js";
import { toHex } from "#core/primitives/bytes.js";
import { buildSandboxChild } from "#test/harness/sandboxChild.js";
import { KernelShelf, testVector, textInput } from "#test/harness/sandboxKernel.js";
import { generator } from "#test/hostile/generator.js";
import { kernelVector } from "../conformance/kernelVector.js";
import { operatorGroups } from "../conformance/operatorGroups.js";
import type { ExecutionOutcome } from "../executor.js";
import { packageRoot } from "../worker/permissions.js";
import { SandboxPool } from "../worker/sandboxPool.js";
import { ModelRefusal } from "./errors.js";
import { parseModel } from "./model.js";
import { findNativePackage } from "./nativePackage.js";
import { checkProfile } from "./profileCheck.js";
import { readSignature } from "./signature.js";

const FULL = process.env["AIVM_TEST_COUNTS"] === "full";
const SEED = 20_240_611;
/** Damaged files that are read in this process, and that are validated in the sandbox's. */
const READ = 10_000;
const VALIDATED = FULL ? 10_000 : 300;
/** So many of them by a second host, under the other compiler. */
const COMPARED = FULL ? 1_000 : 60;
/** Damaged files that the native engine is given. */
const NATIVE = FULL ? 3_000 : 100;
/** Most bits that matter stand in the first bytes: names, operators, attributes. */
const HEAD_BYTES = 600;

const MODELS: readonly Uint8Array[] = [
  ...["digits", "iris"].map((name) =>
    readFileSync(join(packageRoot(), "kernels", name, "model.onnx")),
  ),
  ...kernelVector().manifest.models.map(({ digest }) =>
    kernelVector().artifacts.get(toHex(digest))!,
  ),
  ...operatorGroups().map(({ file }) => file),
];

/** A model cut short, or with one to three bits flipped, more often outside its weights. */
function mutate(next: (bound: number) => number): Uint8Array {
  const model = MODELS[next(MODELS.length)]!;
  if (next(4) === 0) return model.slice(0, next(model.length));
  const mutant = Uint8Array.from(model);
  for (let flips = 1 + next(3); flips > 0; flips--) {
    const head = Math.min(HEAD_BYTES, mutant.length);
    const position = next(3) === 0 ? next(mutant.length) : next(head);
    mutant[position] = (mutant[position] ?? 0) ^ (1 << next(8));
  }
  return mutant;
}

describe(`damaged model files (seed ${SEED})`, () => {
  it(`are read or refused, ${READ} of them, and never anything else`, () => {
    const next = generator(SEED);
    let refused = 0;
    for (let round = 0; round < READ; round++) {
      try {
        const model = parseModel(mutate(next));
        checkProfile(model);
        readSignature(model);
      } catch (error) {
        if (!(error instanceof ModelRefusal)) throw error;
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(READ / 2);
    expect(refused).toBeLessThan(READ);
  });

  let shelf: KernelShelf;
  let pool: SandboxPool;
  let other: SandboxPool;
  let entry: string;

  beforeAll(async () => {
    shelf = await KernelShelf.open();
    entry = await buildSandboxChild();
    pool = new SandboxPool({ artifactFolder: shelf.folder, entry, processes: 2 });
    other = new SandboxPool({ artifactFolder: shelf.folder, entry, flags: ["--liftoff-only"] });
  });

  afterAll(async () => {
    await Promise.all([pool.close(), other.close()]);
    await shelf.remove();
    await rm(entry);
  });

  async function validate(by: SandboxPool, net: Uint8Array): Promise<ExecutionOutcome> {
    const vectors = [testVector(textInput("a"), textInput("a"))];
    const draft = { code: "export const infer = (input) => input;", models: { net }, vectors };
    const manifest = await shelf.kernel(draft);
    const outcome = await by.validate({ manifest });
    await shelf.cache.remove(manifest.models[0]!.digest);
    return outcome;
  }

  function isAccepted(outcome: ExecutionOutcome): boolean {
    return outcome.kind === "receipt" && ValidationReport.decode(outcome.output).accepted;
  }

  it(`never hurt the process that asks for their validation, ${VALIDATED} of them`, async () => {
    for (const model of MODELS) expect(isAccepted(await validate(pool, model))).toBe(true);
    const next = generator(SEED + 1);
    const counts = { accepted: 0, noReceipt: 0 };
    const lane = async (): Promise<void> => {
      while (left-- > 0) {
        const outcome = await validate(pool, mutate(next));
        if (isAccepted(outcome)) counts.accepted++;
        if (outcome.kind === "noReceipt") counts.noReceipt++;
      }
    };
    let left = VALIDATED;
    await Promise.all(Array.from({ length: 8 }, lane));
    // Flipped weights leave a sound model; most other damage does not.
    expect(counts.accepted).toBeGreaterThan(VALIDATED / 20);
    expect(counts.accepted).toBeLessThan(VALIDATED / 2);
    expect(counts.noReceipt).toBeLessThan(VALIDATED / 20);
    for (const model of MODELS) expect(isAccepted(await validate(pool, model))).toBe(true);
  }, 1_800_000);

  it(`never hurt the process that asks the native engine, ${NATIVE} of them`, async () => {
    const { found } = findNativePackage();
    const nativeFolders = found!.folders;
    const native = new SandboxPool({ artifactFolder: shelf.folder, entry, nativeFolders });
    const next = generator(SEED + 3);
    const counts = { accepted: 0, noReceipt: 0 };
    for (let round = 0; round < NATIVE; round++) {
      const outcome = await validate(native, mutate(next));
      if (isAccepted(outcome)) counts.accepted++;
      if (outcome.kind === "noReceipt") counts.noReceipt++;
    }
    expect(counts.accepted).toBeLessThan(NATIVE / 2);
    expect(counts.noReceipt).toBeLessThan(NATIVE / 20);
    for (const model of MODELS) expect(isAccepted(await validate(native, model))).toBe(true);
    await native.close();
  }, 1_800_000);

  it(`have the same report on another host, ${COMPARED} of them`, async () => {
    const next = generator(SEED + 2);
    for (let round = 0; round < COMPARED; round++) {
      const mutant = mutate(next);
      const [here, there] = [await validate(pool, mutant), await validate(other, mutant)];
      // Where a host cannot finish it has nothing to say.
      if (here.kind === "noReceipt" || there.kind === "noReceipt") continue;
      expect(there, `round ${round}`).toEqual(here);
    }
  }, 600_000);
});
