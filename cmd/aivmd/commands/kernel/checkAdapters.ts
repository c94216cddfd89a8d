import { applyAdapter, stepsOfEach } from "#sandbox/onnx/adapter.js";
import { ModelRefusal } from "#sandbox/onnx/errors.js";
import { parseModel } from "#sandbox/onnx/model.js";
import { adapterRefused } from "./errors.js";
import type { SourceModel } from "./kernelSource.js";

/**
 * Adds the adapters of models to copies of these, as validators do when they load a version; fails
 * with `author/16` when they could not.
 */
export function checkAdapters(models: readonly SourceModel[]): void {
  const adapted = models.filter(({ adapter }) => adapter !== undefined);
  for (const model of adapted) checkAdapter(model, stepsOfEach(adapted.length));
}

function checkAdapter({ name, bytes, adapter }: SourceModel, maxSteps: bigint): void {
  if (adapter === undefined) return;
  try {
    applyAdapter(parseModel(bytes.slice()), adapter.bytes, name, maxSteps);
  } catch (error) {
    if (!(error instanceof ModelRefusal)) throw error;
    throw adapterRefused({ file: adapter.file, problem: error.message });
  }
}
