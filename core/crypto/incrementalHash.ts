/** A hash whose input arrives in parts. */
export interface IncrementalHash {
  /** Takes the next part, which is not kept. */
  readonly update: (part: Uint8Array) => void;
  /** The hash of all parts together; ends the computation. */
  readonly digest: () => Uint8Array;
}
