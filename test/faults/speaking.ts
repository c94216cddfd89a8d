import type { AbciApplication } from "#core/abci/application.js";
import type { BlockRequest } from "#core/abci/requests.js";
import { type Reveal, type VoteExtension } from "#core/codec/generated/aivm/inference/v1.js";
import { domainHash } from "#core/crypto/hash.js";
import { equalBytes, uint64ToBytes } from "#core/primitives/bytes.js";
import { compareBig } from "#core/primitives/sorted.js";
import { decodeExtension, encodeExtension } from "#modules/inference/types/extension.js";
import { decodeInjected, isInjected } from "#modules/inference/types/injected.js";
import { adapt } from "./adapt.js";

type Edit = (extension: VoteExtension, request: BlockRequest) => VoteExtension;

/** An application whose vote extensions are changed before they are sent. */
function speaking(application: AbciApplication, edit: Edit): AbciApplication {
  return adapt(application, {
    extendVote: (request) => {
      const honest = decodeExtension(application.extendVote(request).extension);
      return { extension: encodeExtension(edit(honest, request)) };
    },
  });
}

/** Commits and never reveals. */
export function withholding(application: AbciApplication): AbciApplication {
  return speaking(application, (honest) => ({
    ...honest,
    reveals: [],
    requestDigests: [],
    payloads: [],
  }));
}

/** Sends bytes that are no vote extension, a different kind of them at each height. */
export function garbling(application: AbciApplication): AbciApplication {
  const kinds = [
    Uint8Array.of(0xff, 0xff, 0xff, 0xff),
    new TextEncoder().encode("not an extension at all"),
    // Canonical but for a default value that is spelt out.
    Uint8Array.of(0x08, 0x00),
    new Uint8Array(400_000),
  ];
  return adapt(application, {
    extendVote: ({ height }) => ({
      extension: kinds[Number(height % BigInt(kinds.length))] ?? new Uint8Array(1),
    }),
  });
}

/** Reveals what does not open its commitments. */
export function misrevealing(application: AbciApplication): AbciApplication {
  return speaking(application, (honest) => ({
    ...honest,
    reveals: honest.reveals.map((reveal) => ({ ...reveal, salt: domainHash("test/other-salt") })),
    payloads: [],
  }));
}

/** Commits again, differently, to what it has committed to before. */
export function equivocating(application: AbciApplication): AbciApplication {
  const before = new Map<bigint, bigint>();
  return speaking(application, (honest, { height }) => {
    for (const { batchId } of honest.commitments) {
      if (!before.has(batchId)) before.set(batchId, height);
    }
    const stated = new Set(honest.commitments.map(({ batchId }) => batchId));
    const again = [...before]
      .filter(([id, since]) => !stated.has(id) && height > since && height <= since + 2n)
      .map(([batchId]) => ({
        batchId,
        commitment: domainHash("test/second-commitment", uint64ToBytes(batchId)),
      }));
    const commitments = [...honest.commitments, ...again].sort((a, b) =>
      compareBig(a.batchId, b.batchId),
    );
    return { ...honest, commitments };
  });
}

/** Waits for somebody else's commitment, sends it as its own, and later that one's reveal. */
export function copying(application: AbciApplication): AbciApplication {
  const models = new Map<bigint, Model>();
  const speaker = speaking(application, (honest) => {
    const commitments = honest.commitments.flatMap(({ batchId }) => {
      const model = models.get(batchId);
      return model === undefined ? [] : [{ batchId, commitment: model.commitment }];
    });
    const reveals = [...models].flatMap(([, model]) => {
      if (model.reveal === undefined || model.told > 1) return [];
      model.told += 1;
      return [model.reveal];
    });
    reveals.sort((a, b) => compareBig(a.batchId, b.batchId));
    return { ...honest, commitments, reveals, payloads: [], requestDigests: [] };
  });
  return adapt(speaker, {
    finalizeBlock: (request) => {
      for (const extension of carriedExtensions(request)) learn(models, extension);
      return application.finalizeBlock(request);
    },
  });
}

/** What a copier knows of somebody's answer to a batch. */
interface Model {
  readonly commitment: Uint8Array;
  reveal: Reveal | undefined;
  /** Times the reveal was repeated. */
  told: number;
}

function learn(models: Map<bigint, Model>, extension: VoteExtension): void {
  for (const { batchId, commitment } of extension.commitments) {
    if (!models.has(batchId)) models.set(batchId, { commitment, reveal: undefined, told: 0 });
  }
  for (const reveal of extension.reveals) {
    const model = models.get(reveal.batchId);
    if (model !== undefined) model.reveal ??= reveal;
  }
}

function carriedExtensions({ txs }: BlockRequest): VoteExtension[] {
  const [first] = txs;
  if (first === undefined || !isInjected(first)) return [];
  return decodeInjected(first)
    .votes.filter(({ extension }) => !equalBytes(extension, new Uint8Array(0)))
    .map(({ extension }) => decodeExtension(extension));
}
