import { readOperatorVectors } from "#sandbox/conformance/operatorVectorFile.js";
import { DEFAULT_DOMAIN, OPERATOR_TABLE } from "#sandbox/onnx/operatorTable.js";
import {
  IR_RANGE,
  MAX_INPUTS,
  MAX_INITIALIZERS,
  MAX_NODES,
  MAX_PEAK_TENSOR_BYTES,
  NODE_GAS,
  OPERATOR_SETS,
  type OperatorProfile,
  RUN_GAS,
  allOperators,
  findOperator,
} from "#sandbox/onnx/profile.js";
import { REFUSED_OPERATORS } from "#sandbox/onnx/refusedOperators.js";
import { elementTypeName } from "#sandbox/onnx/tensorTypes.js";

/** The page that this tool writes. */
export const OPERATOR_PAGE = new URL("../../docs/spec/operators.md", import.meta.url);

const MEBIBYTE = 1n << 20n;

/** The page: limits, what models may use, what they may not and what to do instead. */
export function renderOperators(): string {
  const parts = [HEAD, limits(), ...OPERATOR_TABLE.map(([title]) => section(title)), refused()];
  return `${parts.join("\n\n")}\n`;
}

const HEAD = `# Operators

What a model may hold. Written by \`tools/operators/main.ts\` from the table in \`sandbox/onnx/\`, which is what validators check; do not edit. Rules for shapes, gas and memory: [sandbox.md](sandbox.md) sections 4 and 10.
\`aivmd kernel check model.onnx\` says everything that would be refused; [export-models.md](../guides/export-models.md) says how to export.`;

function limits(): string {
  const sets = [...OPERATOR_SETS].map(([domain, { minimum, maximum }]) => {
    const name = domain === DEFAULT_DOMAIN ? "the default domain" : `\`${domain}\``;
    return `| operator set of ${name} | ${minimum} to ${maximum} |`;
  });
  const vectors = readOperatorVectors();
  return `| limit | value |
|---|---|
| IR version | ${IR_RANGE.minimum} to ${IR_RANGE.maximum} |
${sets.join("\n")}
| nodes | 1 to ${MAX_NODES} |
| initializers | at most ${MAX_INITIALIZERS} |
| inputs of a node | ${MAX_INPUTS} |
| live tensors at the largest inputs | ${MAX_PEAK_TENSOR_BYTES / MEBIBYTE} MiB |
| gas of a run | ${RUN_GAS}, and ${NODE_GAS} for each node, and the operators' |
| element types | ${elementTypes()} |

${allOperators().length} operators may be used. ${vectors.length} vectors (\`sandbox/conformance/operatorVectors.jsonl\`) hold each of them to ONNX's own cases within their tolerance (to ONNX's reference or the definition where it has no case of its own, or none that is small), and to the bit to one committed digest.

*Sets*: the operator sets in which the pinned runtime runs it. *First input*: the element types of input 0 that it is implemented for; other inputs and outputs follow ONNX. *Gas*: beyond what every node costs. *Fixed inputs*: positions of inputs that decide shapes, so they must follow from constants and shapes.`;
}

function elementTypes(): string {
  return [1, 11, 3, 5, 6, 7, 2, 4, 12, 13, 9].map(elementTypeName).join(", ");
}

function section(title: string): string {
  const rows = OPERATOR_TABLE.filter(([other]) => other === title).flatMap(([, found]) => found);
  const lines = rows.map(({ name }) => operatorRow(findOperator(name)));
  const domain = rows[0]?.domain === DEFAULT_DOMAIN ? "" : ` (\`${rows[0]?.domain ?? ""}\`)`;
  return `## ${title}${domain}

| operator | sets | first input | gas | fixed inputs | note |
|---|---|---|---|---|---|
${lines.join("\n")}`;
}

function operatorRow(operator: OperatorProfile | undefined): string {
  if (operator === undefined) return "";
  const { name, since, until, types, cost, shapeInputs, rule } = operator;
  const sets = since === until ? `${since}` : `${since} to ${until}`;
  const cells = [name, sets, typeNames(types), cost.text, shapeInputs.join(", "), rule?.text ?? ""];
  return `| ${cells.join(" | ")} |`;
}

function typeNames(types: readonly number[]): string {
  if (types.length === 0) return "none";
  return types.length === 11 ? "any" : types.map(elementTypeName).join(" ");
}

function refused(): string {
  const rows = REFUSED_OPERATORS.map(({ names, reason, advice }) =>
    ["", names.join(" "), reason, advice, ""].join(" | ").trim(),
  );
  return `## Refused

| operators | because it | instead |
|---|---|---|
${rows.join("\n")}
| of any other domain | is not ONNX's | export with ONNX's own operators, without optimising for a runtime |

Refused too: data outside of the file, local functions, subgraphs, sparse tensors, training information, text, half and smaller floats, 4-bit integers, dimensions of inputs that are neither static nor bounded by metadata \`aivm.max.<name>\`.`;
}
