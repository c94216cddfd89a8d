import { sha256 } from "#core/crypto/hash.js";
import { concatBytes, utf8 } from "#core/primitives/bytes.js";
import {
  IR_RANGE,
  MAX_INITIALIZERS,
  MAX_INPUTS,
  MAX_NODES,
  MAX_PEAK_TENSOR_BYTES,
  NODE_GAS,
  OPERATOR_SETS,
  type OperatorProfile,
  RUN_GAS,
  allOperators,
} from "./profile.js";
import { REFUSED_OPERATORS } from "./refusedOperators.js";

/**
 * Counts changes of the profile that its text does not show: code of rules, of formulas, of
 * reading files. Reasons of refusals are part of verdicts too.
 */
const REVISION = 3;

/**
 * The hash in the model engine's identity: of the runtime's binary, followed by the profile.
 * Hosts that would take other models, or count other gas, have another engine.
 */
export function engineDigest(binary: Uint8Array): Uint8Array {
  return sha256(concatBytes(binary, utf8(profileText())));
}

/** What the profile decides, one line for each limit and operator. */
export function profileText(): string {
  const sets = [...OPERATOR_SETS].map(([domain, { minimum, maximum }]) =>
    ["set", domain, minimum, maximum].join(" "),
  );
  const refused = REFUSED_OPERATORS.map(
    ({ names, reason }) => `refused ${names.join(",")} ${reason}`,
  );
  return [
    `aivm operator profile ${REVISION}`,
    `ir ${IR_RANGE.minimum} ${IR_RANGE.maximum}`,
    `limits ${MAX_NODES} ${MAX_INITIALIZERS} ${MAX_INPUTS} ${MAX_PEAK_TENSOR_BYTES} ${NODE_GAS} ${RUN_GAS}`,
    ...sets,
    ...allOperators().map(operatorLine),
    ...refused,
    "",
  ].join("\n");
}

function operatorLine(operator: OperatorProfile): string {
  const { name, domain, since, until, types, shapeInputs, rule, results, cost } = operator;
  return [
    "operator",
    domain === "" ? name : `${domain}.${name}`,
    `${since}-${until}`,
    types.join(","),
    JSON.stringify(results),
    shapeInputs.join(","),
    rule?.text ?? "",
    cost.text,
  ].join("|");
}
