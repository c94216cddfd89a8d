import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  AggregationKind,
  DataType,
  type Field,
  type File,
  Manifest,
  SeedKind,
  TestVector,
  ValueSet,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { sha256 } from "#core/crypto/hash.js";
import { utf8 } from "#core/primitives/bytes.js";
import { CODE_ENGINE, MODEL_ENGINE } from "#modules/kernel/types/engines.js";
import { ArtifactCache } from "#sandbox/artifacts/artifactCache.js";

/** Seed of tests that do not care. */
export const TEST_SEED: Uint8Array = new Uint8Array(32).fill(1);

/** What a test kernel is made of; by default it has no models, takes and gives one text. */
export interface KernelDraft {
  readonly code: string;
  readonly models?: Readonly<Record<string, Uint8Array>>;
  /** Adapters by the names of their models. */
  readonly adapters?: Readonly<Record<string, Uint8Array>>;
  readonly libraries?: Readonly<Record<string, string>>;
  readonly data?: Readonly<Record<string, Uint8Array>>;
  readonly inputs?: Field[];
  readonly outputs?: Field[];
  readonly limits?: Partial<Manifest["limits"]>;
  readonly vectors?: readonly Uint8Array[];
}

/** A field of one text or of a tensor of the given extents. */
export function testField(name: string, dataType: DataType, extents?: readonly bigint[]): Field {
  const shape = (extents ?? []).map((extent) => ({ minimum: extent, maximum: extent }));
  const maxBytes = dataType === DataType.STRING || dataType === DataType.BYTES ? 10_000n : 0n;
  return { name, dataType, shape, maxBytes, allowNonFinite: false };
}

/** Canonical input of a kernel that takes one text. */
export function textInput(text: string): Uint8Array {
  const value = { name: "text", dataType: DataType.STRING, dims: [], data: utf8(text) };
  return ValueSet.encode({ values: [value] });
}

/** Text of a canonical output that holds one. */
export function outputText(output: Uint8Array): string {
  const [value] = ValueSet.decode(output).values;
  return new TextDecoder().decode(value?.data);
}

/** A temporary artifact cache that kernels are put into. */
export class KernelShelf {
  readonly cache: ArtifactCache;

  private constructor(cache: ArtifactCache) {
    this.cache = cache;
  }

  static async open(): Promise<KernelShelf> {
    const folder = await mkdtemp(join(tmpdir(), "aivm-sandbox-"));
    return new KernelShelf(await ArtifactCache.open(folder));
  }

  get folder(): string {
    return this.cache.folder;
  }

  /** Stores bytes and gives their digest. */
  async put(bytes: Uint8Array): Promise<Uint8Array> {
    const digest = sha256(bytes);
    await this.cache.put(digest, [bytes]);
    return digest;
  }

  /** Stores the kernel's artifacts and gives its manifest. */
  async kernel(draft: KernelDraft): Promise<Manifest> {
    const text = [testField("text", DataType.STRING)];
    const models: Manifest["models"] = [];
    for (const [name, file] of Object.entries(draft.models ?? {})) {
      const adapter = draft.adapters?.[name];
      const adapterDigest = adapter === undefined ? new Uint8Array(0) : await this.put(adapter);
      models.push({ name, digest: await this.put(file), adapterDigest });
    }
    const libraries = await this.#putAll(draft.libraries ?? {}, utf8);
    const data = await this.#putAll(draft.data ?? {}, (bytes) => bytes);
    const testVectors: Uint8Array[] = [];
    for (const vector of draft.vectors ?? []) testVectors.push(await this.put(vector));
    return Manifest.create({
      format: 1,
      name: "test-kernel",
      modelEngine: MODEL_ENGINE,
      codeEngine: CODE_ENGINE,
      models,
      libraries,
      data,
      inferenceCodeDigest: await this.put(utf8(draft.code)),
      aggregation: {
        kind: AggregationKind.EXACT,
        epsilonMillionths: 0n,
        codeDigest: new Uint8Array(0),
        gasLimit: 0n,
      },
      inputs: draft.inputs ?? text,
      outputs: draft.outputs ?? text,
      seed: { kind: SeedKind.BEACON, fixed: 0n },
      limits: {
        gas: 200_000_000n,
        memoryBytes: 33_554_432n,
        outputBytes: 10_000n,
        ...draft.limits,
      },
      committee: { target: 1, minimum: 1, maximum: 1 },
      hardware: "cpu",
      testVectors,
      license: "Apache-2.0",
      price: "0",
    });
  }

  async #putAll<T>(
    files: Readonly<Record<string, T>>,
    bytesOf: (content: T) => Uint8Array,
  ): Promise<File[]> {
    const stored: File[] = [];
    for (const [name, content] of Object.entries(files)) {
      stored.push({ name, digest: await this.put(bytesOf(content)) });
    }
    return stored;
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Canonical test vector. */
export function testVector(input: Uint8Array, output: Uint8Array, seed = TEST_SEED): Uint8Array {
  const vector = { input: ValueSet.decode(input), seed, outputDigest: sha256(output) };
  return TestVector.encode(TestVector.create(vector));
}
