/**
 * The sequence that a node expects, by the log of the SDK's error 32; undefined when the log is
 * about something else.
 */
export function findExpectedSequence(log: string): bigint | undefined {
  const [, digits] = /account sequence mismatch, expected ([0-9]{1,20}), got /.exec(log) ?? [];
  return digits === undefined ? undefined : BigInt(digits);
}

/** Code of the SDK's error for a wrong sequence. */
const WRONG_SEQUENCE = 32;

/** Whether a transaction failed because of its sequence. */
export function isSequenceMismatch(verdict: {
  readonly codespace: string;
  readonly code: number;
}): boolean {
  return verdict.codespace === "sdk" && verdict.code === WRONG_SEQUENCE;
}
