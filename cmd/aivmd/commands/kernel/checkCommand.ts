import { statSync } from "node:fs";
import { basename } from "node:path";
import { dataTypeName } from "#modules/kernel/types/dataTypes.js";
import { type ModelContents, type ModelReview, reviewModel } from "#sandbox/onnx/reviewModel.js";
import type { ModelSignature } from "#sandbox/onnx/signature.js";
import type { Session } from "../../session.js";
import { requireModelSize } from "./checkSource.js";
import { modelRefused } from "./errors.js";
import { readBytes } from "./kernelSource.js";

/** Whether `kernel check` was given a model instead of a kernel's folder. */
export function isModelFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? path.endsWith(".onnx");
}

/**
 * Tells everything about a model file that validators would refuse, or what it holds and costs.
 * Fails with `author/2` for a file that cannot be read and `author/3` when anything is refused.
 */
export async function checkModelFile({ terminal }: Session, path: string): Promise<void> {
  const bytes = readModel(path);
  const review = await reviewModel(bytes);
  const { findings, contents } = review;
  terminal.show(reviewJson(path, bytes.length, review), () => {
    if (findings.length === 0) return terminal.pairs(acceptedPairs(bytes.length, review));
    const columns = ["place", "refused because it", "instead"].map((title) => ({ title }));
    const rows = findings.map(({ place, reason, advice }) => [place, reason, advice]);
    const table = terminal.table(columns, rows);
    return contents === undefined ? table : `${terminal.pairs(contentPairs(contents))}\n\n${table}`;
  });
  if (findings.length === 0) return;
  const count = findings.length === 1 ? "one thing" : `${findings.length} things`;
  throw modelRefused({ model: basename(path), file: path, problem: `${count} to change` });
}

/** Reads a model that is not larger than artifacts of a new chain; nothing of a larger one. */
function readModel(path: string): Uint8Array {
  const { size = 0 } = statSync(path, { throwIfNoEntry: false }) ?? {};
  requireModelSize({ name: basename(path), file: path }, size);
  return readBytes("", path);
}

function reviewJson(file: string, bytes: number, { findings, contents, run }: ModelReview): object {
  return {
    file,
    bytes,
    accepted: findings.length === 0,
    findings,
    ...(contents === undefined
      ? {}
      : {
          ir_version: contents.irVersion,
          operator_sets: contents.operatorSets,
          nodes: contents.nodes,
          operators: Object.fromEntries(contents.operators),
          parameters: contents.parameters,
        }),
    ...(run === undefined
      ? {}
      : {
          inputs: inputTexts(run.signature),
          outputs: outputTexts(run.signature),
          model_gas: run.cost.gas,
          peak_tensor_bytes: run.cost.peakTensorBytes,
          half_size_refusal: run.halfSizeRefusal ?? "",
        }),
  };
}

type Pairs = ReadonlyArray<readonly [name: string, value: string]>;

function contentPairs(contents: ModelContents): Pairs {
  const { irVersion, operatorSets, nodes, operators, parameters } = contents;
  const counted = operators.map(([name, count]) => (count === 1 ? name : `${name} × ${count}`));
  return [
    ["format", `IR version ${irVersion}, ${operatorSets.join(", ")}`],
    ["operators", `${nodes} ${nodes === 1 ? "node" : "nodes"}: ${counted.join(", ")}`],
    ["parameters", String(parameters)],
  ];
}

function acceptedPairs(bytes: number, { contents, run }: ModelReview): Pairs {
  if (contents === undefined || run === undefined) return [];
  const { signature, cost, halfSizeRefusal } = run;
  return [
    ["size", `${bytes} bytes`],
    ...contentPairs(contents),
    ["inputs", inputTexts(signature).join(", ")],
    ["outputs", outputTexts(signature).join(", ")],
    ["model gas", `${cost.gas} for a run on the largest inputs`],
    ["memory", `${cost.peakTensorBytes} bytes of live tensors, constants apart`],
    ...(halfSizeRefusal === undefined ? [] : [["half sizes", halfSizeRefusal] as const]),
    ["result", acceptedResult(halfSizeRefusal)],
  ];
}

function acceptedResult(halfSizeRefusal: string | undefined): string {
  if (halfSizeRefusal === undefined) return "nothing to object to";
  return "validators take it, but it does not run at all sizes that it declares: export it again without tracing, or declare the one size";
}

/** Inputs of a model as an Aivmfile writes fields. */
export function inputTexts({ inputs }: ModelSignature): string[] {
  return inputs.map(({ name, type, axes }) => {
    const extents = axes.map(({ minimum, maximum }) =>
      minimum === maximum ? `${maximum}` : `${minimum}..${maximum}`,
    );
    return `${name} ${dataTypeName(type)}[${extents.join(",")}]`;
  });
}

/** Outputs of a model, without shapes. */
export function outputTexts({ outputs }: ModelSignature): string[] {
  return outputs.map(({ name, type }) => `${name} ${dataTypeName(type)}`);
}
