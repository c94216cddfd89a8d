import type { TxFlags } from "../tx/txFlags.js";

/** Flags of `kernel run`. */
export interface RunFlags extends TxFlags {
  readonly input?: readonly string[];
  readonly inputJson?: readonly string[];
  readonly local?: boolean;
  readonly seed?: string;
  readonly assurance?: "committee" | "full";
  readonly maxPrice?: string;
  readonly priorityFee?: string;
  readonly genesis?: string;
  readonly witness?: string;
  /** False for `--no-verify`. */
  readonly verify: boolean;
  readonly waitPayments?: boolean;
}
