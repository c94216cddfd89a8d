import { assertDefined } from "#core/primitives/assert.js";
import { type MeasuredOperator, MEASURED } from "./measured.js";
import { DEFAULT_DOMAIN, ML_DOMAIN, OPERATOR_TABLE, type OperatorRow } from "./operatorTable.js";

/**
 * The operator profile: what models may hold. It decides verdicts of validations and gas, so it is
 * part of the model engine's identity; `profile.test.ts` says what to do when it changes.
 */

/** An operator that models may use, with what the pinned runtime was measured to take. */
export interface OperatorProfile extends OperatorRow, MeasuredOperator {}

/** Versions of a domain's operator set. */
export interface VersionRange {
  readonly minimum: number;
  readonly maximum: number;
}

/** Operator sets that the profile covers, by domain. */
export const OPERATOR_SETS: ReadonlyMap<string, VersionRange> = new Map([
  [DEFAULT_DOMAIN, { minimum: 11, maximum: 26 }],
  [ML_DOMAIN, { minimum: 1, maximum: 4 }],
]);
/** Versions of the file format that the profile covers. */
export const IR_RANGE: VersionRange = { minimum: 4, maximum: 13 };
/** Nodes of one model. */
export const MAX_NODES = 10_000;
/**
 * Initializers of one model: as many as nodes. The runtime's time to load them grows with the square
 * of their number, whatever their size: 40,000 of four bytes took it ten seconds.
 */
export const MAX_INITIALIZERS = 10_000;
/** Inputs of one node: sums and concatenations may have many. */
export const MAX_INPUTS = 256;
/** Bytes of tensors that may live at once: far below what the runtime's memory holds. */
export const MAX_PEAK_TENSOR_BYTES = 1n << 29n;
/** Gas of starting one node. */
export const NODE_GAS = 2_000n;
/** Gas of one run of a model beyond its nodes. */
export const RUN_GAS = 100_000n;

const OPERATORS: ReadonlyMap<string, OperatorProfile> = new Map(
  OPERATOR_TABLE.flatMap(([, rows]) =>
    rows.map((row): readonly [string, OperatorProfile] => {
      const measured = assertDefined(MEASURED.get(row.name), `${row.name} was measured`);
      return [row.name, { ...row, ...measured }];
    }),
  ),
);

/** What the profile says of an operator; undefined when models may not use it. */
export function findOperator(name: string): OperatorProfile | undefined {
  return OPERATORS.get(name);
}

/** Every operator that models may use, in the order of the table. */
export function allOperators(): readonly OperatorProfile[] {
  return [...OPERATORS.values()];
}
