import { decodeExtension, encodeExtension } from "#modules/inference/types/extension.js";
import type { Context } from "#core/baseapp/context.js";
import { Payload, SeatStatus } from "#core/codec/generated/aivm/inference/v1.js";
import { concatBytes, equalBytes } from "#core/primitives/bytes.js";
import { compareBig } from "#core/primitives/sorted.js";
import type { InferenceKeeper } from "#modules/inference/index.js";
import { MAX_EXTENSION_BYTES } from "#modules/inference/types/limits.js";
import type { SeededRandom } from "#test/harness/random.js";
import type { Conduct } from "../scenario/conduct.js";

/** An extension as a node sends it. */
export interface Speech {
  readonly extension: Uint8Array;
  /** Peers that get it in time refuse it. */
  readonly malformed: boolean;
  readonly badSignature: boolean;
}

/** What a node speaks from. */
export interface Speaker {
  readonly conduct: Conduct;
  readonly consensusAddress: Uint8Array;
  readonly random: SeededRandom;
  /** Committed state. */
  readonly ctx: Context;
  readonly keeper: InferenceKeeper;
}

/** What a node says instead of its honest extension. */
export function speak(speaker: Speaker, honest: Uint8Array): Speech {
  const plain = { malformed: false, badSignature: false };
  switch (speaker.conduct) {
    case "withholding":
      return { ...plain, extension: withhold(honest) };
    case "misrevealing":
      return { ...plain, extension: misreveal(speaker, honest) };
    case "equivocating":
      return { ...plain, extension: equivocate(speaker, honest) };
    case "garbling":
      return garble(speaker.random, honest);
    default:
      return { ...plain, extension: honest };
  }
}

function withhold(honest: Uint8Array): Uint8Array {
  const extension = decodeExtension(honest);
  return encodeExtension({ ...extension, reveals: [], requestDigests: [], payloads: [] });
}

/** Opens commitments with another salt, or publishes digests that are not under its root. */
function misreveal({ random }: Speaker, honest: Uint8Array): Uint8Array {
  const extension = decodeExtension(honest);
  const reveals = extension.reveals.map((reveal) =>
    random.oneIn(2) ? { ...reveal, salt: random.bytes(32) } : reveal,
  );
  const requestDigests = extension.requestDigests.map((entry) => ({
    ...entry,
    digests: entry.digests.map(() => random.bytes(32)),
  }));
  return encodeExtension({ ...extension, reveals, requestDigests });
}

/** Commits again to batches it has committed to, and sends answers nobody asked it for. */
function equivocate(speaker: Speaker, honest: Uint8Array): Uint8Array {
  const { ctx, keeper, random, consensusAddress } = speaker;
  const extension = decodeExtension(honest);
  const own = keeper.owedBatchIds(ctx, consensusAddress).filter((id) => {
    const seats = keeper.getBatch(ctx, id).seats;
    const seat = seats.find((one) => equalBytes(one.consensusAddress, consensusAddress));
    return seat?.status === SeatStatus.COMMITTED;
  });
  const again = own.map((batchId) => ({ batchId, commitment: random.bytes(32) }));
  const others = extension.commitments.filter(({ batchId }) => !own.includes(batchId));
  const commitments = [...others, ...again].sort((a, b) => compareBig(a.batchId, b.batchId));
  const [stray] = keeper.openBatchIds(ctx);
  const strays = stray === undefined ? [] : [Payload.create({ batchId: stray })];
  const payloads = extension.payloads.length > 0 ? extension.payloads : strays;
  return encodeExtension({ ...extension, commitments, payloads });
}

/** Bytes that are too many, not canonical or no message at all, or a signature over others. */
function garble(random: SeededRandom, honest: Uint8Array): Speech {
  const bad = { malformed: true, badSignature: false };
  switch (random.below(4)) {
    case 0:
      return { ...bad, extension: new Uint8Array(MAX_EXTENSION_BYTES + 1) };
    case 1:
      return { ...bad, extension: concatBytes(honest, Uint8Array.of(0x08, 0x00)) };
    case 2:
      return { ...bad, extension: Uint8Array.of(0xff, 0xff, ...random.bytes(20)) };
    default:
      return { extension: honest, malformed: false, badSignature: true };
  }
}
