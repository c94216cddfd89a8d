import { type Finding, ModelRefusal } from "./errors.js";
import { partFinding } from "./findings.js";
import { LoadedModel } from "./loadedModel.js";
import { type OnnxModel, parseModel } from "./model.js";
import type { ModelCost } from "./modelCost.js";
import { MAX_PEAK_TENSOR_BYTES } from "./profile.js";
import { findProfileFaults } from "./profileCheck.js";
import { OnnxRuntime } from "./runtime.js";
import { RuntimeRefusal } from "./session.js";
import { type ModelSignature, findSignatureFaults } from "./signature.js";

/** What an author is told about a model. */
export interface ModelReview {
  /** Everything that validators would refuse; none for a model that they take. */
  readonly findings: readonly Finding[];
  /** What the file holds; undefined when it cannot be read. */
  readonly contents: ModelContents | undefined;
  /** What it takes, gives and costs at its largest inputs; undefined while there are findings. */
  readonly run: ReviewedRun | undefined;
}

/** What runs of a model that validators take are like. */
export interface ReviewedRun {
  readonly signature: ModelSignature;
  /** At the largest inputs. */
  readonly cost: ModelCost;
  /**
   * What the runtime says of inputs of half the largest sizes; undefined when it takes them, or
   * when there is one size. Validators do not ask: an execution on such an input ends in
   * MODEL_ERROR.
   */
  readonly halfSizeRefusal: string | undefined;
}

/** What a model file holds. */
export interface ModelContents {
  readonly irVersion: bigint;
  /** `ai.onnx 17`, in the order of the file. */
  readonly operatorSets: readonly string[];
  readonly nodes: number;
  /** How many nodes each operator has, the most frequent first. */
  readonly operators: ReadonlyArray<readonly [operator: string, nodes: number]>;
  /** Numbers in constants, weights for the most part. */
  readonly parameters: bigint;
}

const REASON_LENGTH = 400;

/**
 * Reviews a model as validators do, but to the end: all findings instead of the first. Loads and
 * runs a model without findings in this process; use it on models that their authors ask about.
 */
export async function reviewModel(file: Uint8Array): Promise<ModelReview> {
  let model: OnnxModel;
  try {
    model = parseModel(file);
  } catch (error) {
    if (!(error instanceof ModelRefusal)) throw error;
    const advice = "export it again; a file that onnx.checker takes may still be padded or cut";
    const findings = [partFinding("the file", `is no readable model: ${error.message}`, advice)];
    return { findings, contents: undefined, run: undefined };
  }
  const contents = contentsOf(model);
  const findings = [...findProfileFaults(model), ...findSignatureFaults(model)];
  if (findings.length > 0) return { findings, contents, run: undefined };
  return { contents, ...(await tryRun(file)) };
}

async function tryRun(file: Uint8Array): Promise<Pick<ModelReview, "findings" | "run">> {
  try {
    const loaded = await LoadedModel.load(new OnnxRuntime(), file);
    const cost = await loaded.largestCost();
    const { signature } = loaded;
    const halfSizeRefusal = await tryHalfSizes(loaded);
    await loaded.release();
    return { findings: [...checkPeak(cost)], run: { signature, cost, halfSizeRefusal } };
  } catch (error) {
    const findings = [
      partFinding("the model", `is refused by the runtime: ${runtimeReason(error)}`),
    ];
    return { findings, run: undefined };
  }
}

/** Exporters that follow one run write the sizes that it had into reshapes. */
async function tryHalfSizes(loaded: LoadedModel): Promise<string | undefined> {
  const { inputs } = loaded.signature;
  const shapes = inputs.map(({ axes }) =>
    axes.map(({ minimum, maximum }) => (minimum === maximum ? maximum : (maximum + 1n) / 2n)),
  );
  try {
    await loaded.cost(shapes);
    return undefined;
  } catch (error) {
    if (!(error instanceof RuntimeRefusal)) throw error;
    const sizes = inputs.map(({ name }, index) => `${name} ${shapes[index]?.join("x") ?? ""}`);
    return `the runtime refuses ${sizes.join(", ")}: ${runtimeReason(error)}`;
  }
}

function checkPeak({ peakTensorBytes }: ModelCost): readonly Finding[] {
  if (peakTensorBytes <= MAX_PEAK_TENSOR_BYTES) return [];
  const reason = `needs ${peakTensorBytes} bytes of tensors at its largest inputs`;
  return [partFinding("the model", reason, `at most ${MAX_PEAK_TENSOR_BYTES}: bound them lower`)];
}

/** The runtime's own words, without paths of the machine that built it. */
function runtimeReason(error: unknown): string {
  const { cause } = error as { readonly cause?: unknown };
  const text = cause instanceof Error ? cause.message : String(error);
  const words = text.replace(/^.*ERROR_MESSAGE: /su, "").replace(/^\/\S+ /u, "");
  return words.trim().replaceAll(/\s+/g, " ").slice(0, REASON_LENGTH);
}

/** What a model that was read holds. */
export function contentsOf({ irVersion = 0n, operatorSets = [], graph }: OnnxModel): ModelContents {
  const { nodes = [], initializers = [] } = graph;
  const counts = new Map<string, number>();
  for (const { operator = "" } of nodes) counts.set(operator, (counts.get(operator) ?? 0) + 1);
  const parameters = initializers.map(({ dims = [] }) =>
    dims.reduce((product, extent) => product * extent, 1n),
  );
  return {
    irVersion,
    operatorSets: operatorSets.map(
      ({ domain = "", version = 0n }) => `${domain === "" ? "ai.onnx" : domain} ${version}`,
    ),
    nodes: nodes.length,
    operators: [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)),
    parameters: parameters.reduce((sum, count) => sum + count, 0n),
  };
}
