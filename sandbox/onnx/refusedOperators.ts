/** Operators that models may not use, for one reason. */
export interface RefusedOperators {
  readonly names: readonly string[];
  /** Why, as it follows the node's name. */
  readonly reason: string;
  /** What authors do instead. */
  readonly advice: string;
}

function refused(names: string, reason: string, advice: string): RefusedOperators {
  return { names: names.split(" "), reason, advice };
}

/** Every operator of ONNX that the profile leaves out on purpose, by reason. */
export const REFUSED_OPERATORS: readonly RefusedOperators[] = [
  refused(
    "RandomNormal RandomNormalLike RandomUniform RandomUniformLike Multinomial Bernoulli",
    "is random",
    "take noise as an input, made by infer.js with aivm.random",
  ),
  refused(
    "If Loop Scan SequenceMap",
    "is control flow that depends on data",
    "unroll it when exporting, or loop in infer.js over aivm.run",
  ),
  refused(
    "NonZero Unique Compress",
    "has an output whose shape depends on data",
    "multiply by a mask or use Where, or select in infer.js",
  ),
  refused(
    "NonMaxSuppression",
    "has an output whose shape depends on data",
    "end the model before it and suppress boxes in infer.js",
  ),
  refused(
    "SequenceConstruct SequenceEmpty SequenceAt SequenceInsert SequenceErase SequenceLength SplitToSequence ConcatFromSequence",
    "works on sequences",
    "use tensors: Concat, Split and Gather",
  ),
  refused(
    "Optional OptionalGetElement OptionalHasElement",
    "works on optionals",
    "give a tensor and a mask instead",
  ),
  refused(
    "StringNormalizer StringConcat StringSplit RegexFullMatch",
    "works on text",
    "treat text in infer.js and give the model numbers",
  ),
  refused(
    "ZipMap CastMap DictVectorizer CategoryMapper",
    "works on maps or text",
    "convert with zipmap=False and integer labels",
  ),
  refused(
    "TreeEnsemble",
    "is of a newer form than the profile covers",
    "convert with ai.onnx.ml 3: TreeEnsembleClassifier or TreeEnsembleRegressor",
  ),
  refused(
    "ImageDecoder MaxRoiPool",
    "has no implementation that was tested",
    "do this step in infer.js, or with other operators",
  ),
  refused("Scatter", "was withdrawn by ONNX", "use ScatterElements"),
  refused("Upsample", "was withdrawn by ONNX", "use Resize"),
];

const BY_NAME: ReadonlyMap<string, RefusedOperators> = new Map(
  REFUSED_OPERATORS.flatMap((row) => row.names.map((name) => [name, row])),
);

/** Why models may not use an operator; undefined when the profile does not name it. */
export function findRefused(name: string): RefusedOperators | undefined {
  return BY_NAME.get(name);
}
