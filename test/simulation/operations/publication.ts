import { type Artifact, File, type Manifest, Model } from "#core/codec/generated/aivm/kernel/v1.js";
import { domainHash, sha256 } from "#core/crypto/hash.js";
import { concatBytes, uint32ToBytes, utf8 } from "#core/primitives/bytes.js";
import { hasChunk } from "#modules/kernel/types/chunks.js";
import type { TestAccount } from "#test/harness/identities.js";
import { testManifest } from "#test/harness/testKernel.js";
import { VERDICT_DISAGREE, VERDICT_REJECT } from "../scenario/conduct.js";
import { CHUNK_BYTES } from "../scenario/params.js";
import type { World } from "../world.js";

/** Blocks after which publishers turn to new artifacts. */
const EPOCH = 18n;

/** Half of the gas limit of every published version, but for the digit that tells a verdict. */
const HALF_GAS = 150_000n;

/** Bytes of an artifact: as many for the same name. */
export function artifactBytes(name: string, length: number): Uint8Array {
  const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, block) =>
    domainHash("test/artifact", utf8(name), uint32ToBytes(block)),
  );
  return concatBytes(...blocks).slice(0, length);
}

/** The parts of an artifact. */
export function chunksOf(bytes: Uint8Array): Uint8Array[] {
  const count = Math.ceil(bytes.length / CHUNK_BYTES);
  return Array.from({ length: count }, (_, index) =>
    bytes.slice(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES),
  );
}

/** A version whose model an adapter changes. */
export interface Base {
  readonly versionId: Uint8Array;
  /** Digest of the model. */
  readonly model: Uint8Array;
}

const NONE = new Uint8Array(0);

/** What publishers want to publish now; all of them race for the same artifacts. */
export class Publication {
  readonly epoch: bigint;
  /** Model, inference code, test vector, library, data, adapter. */
  readonly parts: readonly Uint8Array[];

  constructor(height: bigint) {
    this.epoch = height / EPOCH;
    const lengths = [2_100 + Number(this.epoch % 7n) * 300, 700, 90, 150, 200, 120];
    this.parts = lengths.map((length, index) =>
      artifactBytes(`epoch ${this.epoch} part ${index}`, length),
    );
  }

  /**
   * The version that the publisher with this number makes of it: with a model of its own, or with
   * that of a base and an adapter.
   */
  manifest(publisher: number, base?: Base): Manifest {
    const [model, inference, vector, library, data, adapter] = this.parts.map((part) =>
      sha256(part),
    );
    const marks = [VERDICT_REJECT, VERDICT_DISAGREE, 0n, 1n];
    const mark = marks[(Number(this.epoch) + publisher) % marks.length] ?? 0n;
    const gas = 2n * (HALF_GAS + mark);
    return {
      ...testManifest({ name: `published-${publisher}`, gas }),
      models: [
        base === undefined
          ? Model.create({ name: "net", digest: model ?? NONE })
          : Model.create({ name: "net", digest: base.model, adapterDigest: adapter ?? NONE }),
      ],
      baseVersionId: base?.versionId ?? NONE,
      libraries: [File.create({ name: "text", digest: library ?? NONE })],
      data: [File.create({ name: "words", digest: data ?? NONE })],
      inferenceCodeDigest: inference ?? new Uint8Array(0),
      testVectors: [vector ?? new Uint8Array(0)],
      description: `epoch ${this.epoch}`,
    };
  }
}

/** Whether the chain has an artifact as a whole. */
export function isComplete(world: World, digest: Uint8Array): boolean {
  return world.keepers.kernel.state.artifacts.find(world.context(), digest) !== undefined;
}

/** An upload under way of an account. */
export function uploadOf(
  world: World,
  { address }: TestAccount,
  digest: Uint8Array,
): Artifact | undefined {
  return world.keepers.kernel.state.artifacts.findUpload(world.context(), digest, address);
}

/** Chunks that an upload lacks. */
export function missingChunks(
  upload: Artifact,
  bytes: Uint8Array,
): Array<{ readonly index: number; readonly data: Uint8Array }> {
  return chunksOf(bytes)
    .map((data, index) => ({ index, data }))
    .filter(({ index }) => !hasChunk(upload.receivedChunks, index));
}
