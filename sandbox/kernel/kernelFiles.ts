import type { File, Manifest, Model } from "#core/codec/generated/aivm/kernel/v1.js";
import { adapterDigests } from "#modules/kernel/types/adapters.js";
import { applyAdapter, stepsOfEach } from "../onnx/adapter.js";
import type { ReadModel } from "../onnx/loadedModel.js";
import { parseModel } from "../onnx/model.js";
import type { RealmFile } from "../quickjs/realmFiles.js";

/** Gives an artifact by its digest: bytes of its own each time, which may be changed. */
export type ReadArtifact = (digest: Uint8Array) => Promise<Uint8Array>;

/** Libraries or data of a manifest with their bytes. */
export async function readFiles(
  files: readonly File[],
  read: ReadArtifact,
): Promise<readonly RealmFile[]> {
  const found: RealmFile[] = [];
  for (const { name, digest } of files) found.push({ name, bytes: await read(digest) });
  return found;
}

/**
 * What gives a model's file, with its adapter added if it has one: in place, so that there is one
 * copy of it. Throws `ModelRefusal` for an adapter that does not fit. Each adapter of a version may
 * take an equal share of the steps.
 */
export function modelReader(
  { name, digest, adapterDigest }: Model,
  manifest: Manifest,
  read: ReadArtifact,
): ReadModel {
  if (adapterDigest.length === 0) return () => read(digest);
  const share = stepsOfEach(adapterDigests(manifest).length);
  return async () => {
    const file = await read(digest);
    applyAdapter(parseModel(file), await read(adapterDigest), name, share);
    return file;
  };
}
