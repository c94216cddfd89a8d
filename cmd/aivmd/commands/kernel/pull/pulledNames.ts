import { AggregationKind, type Manifest } from "#core/codec/generated/aivm/kernel/v1.js";
import type { KernelFiles } from "#modules/kernel/types/aivmfile/compiled.js";

/**
 * Files of a published version, which has no names of its own for them: no two are the same,
 * whatever its models, libraries and data are called.
 */
export function pulledNames({ models, libraries, data, aggregation }: Manifest): KernelFiles {
  return {
    models: models.map(({ name, adapterDigest }) => ({
      name,
      file: `${name}.onnx`,
      ...(adapterDigest.length === 0 ? {} : { adapter: `${name}.adapter` }),
    })),
    libraries: libraries.map(({ name }) => ({ name, file: `libraries/${name}.js` })),
    data: data.map(({ name }) => ({ name, file: `data/${name}` })),
    inferenceCode: "infer.js",
    testVectors: ["vectors/*.json"],
    ...(aggregation.kind === AggregationKind.CODE ? { aggregationCode: "aggregate.js" } : {}),
  };
}
