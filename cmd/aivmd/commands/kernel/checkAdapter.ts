import { applyAdapter } from "#sandbox/onnx/adapter.js";
import { ModelRefusal } from "#sandbox/onnx/errors.js";
import { parseModel } from "#sandbox/onnx/model.js";
import { adapterRefused } from "./errors.js";
import type { SourceModel } from "./kernelSource.js";

/**
 * Adds the adapter of a model to a copy of it; fails with `author/16` when validators could not.
 */
export function checkAdapter({ name, bytes, adapter }: SourceModel): void {
  if (adapter === undefined) return;
  try {
    applyAdapter(parseModel(bytes.slice()), adapter.bytes, name);
  } catch (error) {
    if (!(error instanceof ModelRefusal)) throw error;
    throw adapterRefused({ file: adapter.file, problem: error.message });
  }
}
