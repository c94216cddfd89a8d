import {
  type Artifact,
  type GenesisArtifact,
  type GenesisState,
  Manifest,
  type Params,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { parseAddress } from "#core/crypto/address.js";
import { createSha256 } from "#core/crypto/hash.js";
import { equalBytes, toHex } from "#core/primitives/bytes.js";
import { amountOf } from "#core/primitives/coin.js";
import { compareBig, isStrictlyAscending } from "#core/primitives/sorted.js";
import { chunkCount, chunkLength, DIGEST_BYTES, hasChunk, MAX_CHUNKS } from "./chunks.js";
import { isDeposit } from "./deposit.js";
import { manifestArtifacts } from "./manifest.js";
import { refersToArtifacts } from "./refersToArtifacts.js";
import { invalidGenesis } from "./registryErrors.js";

/**
 * Checks artifacts and uploads with their bytes. References are counted from the versions, a
 * complete artifact hashes to its digest, an upload has just the chunks that it says.
 */
export function validateArtifacts(genesis: GenesisState): void {
  const records = genesis.artifacts.map(({ artifact }) => artifact);
  if (!isStrictlyAscending(records, (a, b) => compareBig(a.uploadId, b.uploadId))) {
    throw invalidGenesis({ at: "kernel.artifacts", problem: "upload ids do not ascend" });
  }
  const references = countReferences(genesis);
  const keys = new Set<string>();
  for (const [index, entry] of genesis.artifacts.entries()) {
    const at = `kernel.artifacts[${index}]`;
    const { artifact } = entry;
    validateLayout(artifact, genesis, at);
    const key = keyOf(artifact);
    if (keys.has(key)) throw invalidGenesis({ at, problem: "artifact occurs twice" });
    keys.add(key);
    validateUse(artifact, genesis.params, { at, count: references.get(key) ?? 0n });
    references.delete(key);
    if (artifact.complete) validateBytes(entry, at);
    else validateReceived(entry, at);
  }
  for (const [key] of references) {
    throw invalidGenesis({ at: "kernel.artifacts", problem: `no artifact ${key}` });
  }
}

/** Complete artifacts are known by their digest, uploads by digest and uploader. */
function keyOf({ digest, complete, uploader }: Artifact): string {
  if (complete) return toHex(digest);
  return `${toHex(digest)}/${toHex(parseAddress("account", uploader))}`;
}

/** Versions that refer to an artifact, by digest in hex. */
function countReferences({ versions }: GenesisState): Map<string, bigint> {
  const counts = new Map<string, bigint>();
  for (const { version, manifest } of versions) {
    if (!refersToArtifacts(version)) continue;
    for (const digest of manifestArtifacts(Manifest.decode(manifest))) {
      counts.set(toHex(digest), (counts.get(toHex(digest)) ?? 0n) + 1n);
    }
  }
  return counts;
}

function validateLayout(artifact: Artifact, genesis: GenesisState, at: string): void {
  parseAddress("account", artifact.uploader);
  const { digest, size, chunkSize, uploadId } = artifact;
  const problems: ReadonlyArray<readonly [boolean, string]> = [
    [digest.length !== DIGEST_BYTES, "digest does not have 32 bytes"],
    [size < 1n || chunkSize < 1n || size > chunkSize * MAX_CHUNKS, "wrong size"],
    [uploadId < 1n || uploadId >= genesis.nextUploadId, "upload id was not given out"],
  ];
  const [, problem] = problems.find(([isBroken]) => isBroken) ?? [];
  if (problem !== undefined) throw invalidGenesis({ at, problem });
}

/** An artifact that versions refer to has no deposit of its own and does not expire. */
function validateUse(
  { deposit, expiryHeight, references }: Artifact,
  params: Params,
  { at, count }: { readonly at: string; readonly count: bigint },
): void {
  const problems: ReadonlyArray<readonly [boolean, string]> = [
    [references !== count, `${count} versions refer to it`],
    [expiryHeight < 0n || expiryHeight > 0n === count > 0n, "wrong expiry height"],
    [!isDeposit(deposit, params) || (count > 0n && amountOf(deposit) > 0n), "wrong deposit"],
  ];
  const [, problem] = problems.find(([isBroken]) => isBroken) ?? [];
  if (problem !== undefined) throw invalidGenesis({ at, problem });
}

function validateBytes({ artifact, chunks }: GenesisArtifact, at: string): void {
  const hash = createSha256();
  for (const { data } of chunks) hash.update(data);
  const counted = chunks.every(({ index }, place) => index === BigInt(place));
  const lengths = chunks.every(({ data }, place) => data.length === chunkLength(artifact, place));
  if (!counted || !lengths || chunks.length !== chunkCount(artifact)) {
    throw invalidGenesis({ at, problem: "wrong chunks" });
  }
  if (artifact.receivedChunks.length > 0) {
    throw invalidGenesis({ at, problem: "bitmap of a complete artifact" });
  }
  if (!equalBytes(hash.digest(), artifact.digest)) {
    throw invalidGenesis({ at, problem: "bytes do not hash to the digest" });
  }
}

function validateReceived({ artifact, chunks }: GenesisArtifact, at: string): void {
  const { receivedChunks } = artifact;
  const count = chunkCount(artifact);
  const named: number[] = [];
  for (let index = 0; index < receivedChunks.length * 8; index++) {
    if (hasChunk(receivedChunks, index)) named.push(index);
  }
  const isBitmap = receivedChunks.length === (count + 7) >> 3 && (named.at(-1) ?? 0) < count;
  if (!isBitmap || named.length === count) throw invalidGenesis({ at, problem: "wrong bitmap" });
  const matches = chunks.every(({ index, data }, place) => {
    const expected = named[place];
    return BigInt(expected ?? -1) === index && data.length === chunkLength(artifact, Number(index));
  });
  if (!matches || chunks.length !== named.length) {
    throw invalidGenesis({ at, problem: "chunks are not those of the bitmap" });
  }
}
