/** A whole Aivmfile, which every example of a mistake is a change of. */
export const SAMPLE = `AIVM      1
NAME      digits
ENGINE    ort-wasm/1.30.0
MODEL     net  model.onnx
INFER     infer.js
AGGREGATE exact  # or: distribution epsilon=0.01, code aggregate.js gas 10_000_000
INPUT     image  uint8[1..16,64]
OUTPUT    label  int64[1..16]
OUTPUT    probs  float32[1..16,10]
SEED      none  # or: fixed 42, beacon, member
LIMIT     gas 50_000_000  memory 32MiB  output 1KiB
COMMITTEE 4 of 1..16
HARDWARE  cpu
TEST      vectors/*.json
LICENSE   Apache-2.0
PRICE     0.002NES  # the author's part
DESCRIPTION Reads handwritten digits from images of 8 by 8 pixels
`;

/** How the sample is changed: a line in place of the first with its keyword, or another line. */
export interface Change {
  readonly line: string;
  /**
   * Keyword whose line is replaced; the line's own unless given, and at the end if there is none.
   */
  readonly instead?: string;
  /** Adds the line at the end. */
  readonly added?: boolean;
}

/** The sample with a change. */
export function changed({ line, instead, added = false }: Change): string {
  if (added) return `${SAMPLE}${line}\n`;
  const keyword = instead ?? /^\S*/.exec(line)?.[0] ?? "";
  return SAMPLE.replace(new RegExp(`^${keyword}\\b.*$`, "m"), () => line);
}
