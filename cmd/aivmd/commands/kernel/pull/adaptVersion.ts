import { sha256 } from "#core/crypto/hash.js";
import { toHex } from "#core/primitives/bytes.js";
import { applyAdapter } from "#sandbox/onnx/adapter.js";
import { ModelRefusal } from "#sandbox/onnx/errors.js";
import { parseModel } from "#sandbox/onnx/model.js";
import type { KernelBundle } from "#sdk/kernel/bundle.js";
import { wrongUse } from "../../../errors.js";
import { adapterRefused } from "../errors.js";
import { readBytes } from "../kernelSource.js";
import type { ResolvedVersion } from "./resolveVersion.js";

/**
 * A downloaded version with adapters on its models, each given as `MODEL=FILE`; the version is the
 * base. Fails with `cli/2` for a model that is not there or has an adapter already, and with
 * `author/16` for an adapter that does not fit.
 */
export function adaptVersion(
  { version, manifest }: ResolvedVersion,
  artifacts: readonly Uint8Array[],
  adapters: readonly string[],
): KernelBundle {
  if (adapters.length === 0) return { manifest, artifacts };
  const added = new Map(adapters.map(readAdapter));
  const names = manifest.models.map(({ name }) => name);
  const stranger = [...added.keys()].find((name) => !names.includes(name));
  if (stranger !== undefined) {
    const problem = `--adapter: ${manifest.name} has no model ${stranger}, but ${names.join(", ")}`;
    throw wrongUse({ problem });
  }
  const models = manifest.models.map((model) => {
    const adapter = added.get(model.name);
    if (adapter === undefined) return model;
    if (model.adapterDigest.length > 0) {
      const base = toHex(manifest.baseVersionId);
      const problem = `--adapter: model ${model.name} has an adapter already, and they do not add up; fork its base, ${base}`;
      throw wrongUse({ problem });
    }
    requireFit(model.name, artifactOf(artifacts, model.digest), adapter);
    return { ...model, adapterDigest: sha256(adapter.bytes) };
  });
  return {
    manifest: { ...manifest, models, baseVersionId: version.id },
    artifacts: [...artifacts, ...[...added.values()].map(({ bytes }) => bytes)],
  };
}

interface AdapterFile {
  readonly file: string;
  readonly bytes: Uint8Array;
}

function readAdapter(text: string): readonly [name: string, adapter: AdapterFile] {
  const at = text.indexOf("=");
  if (at <= 0 || at === text.length - 1) {
    throw wrongUse({ problem: `--adapter: must be MODEL=FILE: ${text}` });
  }
  const file = text.slice(at + 1);
  return [text.slice(0, at), { file, bytes: readBytes("", file) }];
}

function artifactOf(artifacts: readonly Uint8Array[], digest: Uint8Array): Uint8Array {
  const wanted = toHex(digest);
  return artifacts.find((bytes) => toHex(sha256(bytes)) === wanted) ?? new Uint8Array(0);
}

function requireFit(name: string, model: Uint8Array, { file, bytes }: AdapterFile): void {
  try {
    applyAdapter(parseModel(model.slice()), bytes, name);
  } catch (error) {
    if (!(error instanceof ModelRefusal)) throw error;
    throw adapterRefused({ file, problem: error.message });
  }
}
