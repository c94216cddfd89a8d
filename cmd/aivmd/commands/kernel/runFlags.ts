import type { TxFlags } from "../tx/txFlags.js";
import type { EngineFlags } from "./engineFlag.js";

/** Flags of `kernel run`. */
export interface RunFlags extends TxFlags, EngineFlags {
  readonly input?: readonly string[];
  readonly inputJson?: readonly string[];
  /** PNG files. */
  readonly image?: readonly string[];
  /** Values of black and white, `0..255`. */
  readonly imageValues?: string;
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
