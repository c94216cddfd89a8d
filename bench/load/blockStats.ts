import { decodeExtension, encodeExtension } from "#modules/inference/types/extension.js";
import { fromBase64 } from "#core/primitives/bytes.js";
import { decodeInjected, isInjected } from "#modules/inference/types/injected.js";
import type { Rpc } from "./rpc.js";

/** What a run of blocks was like. */
export interface BlockStats {
  readonly blocks: number;
  /** Milliseconds between the times of consecutive headers. */
  readonly intervalsMs: readonly number[];
  /** Bytes of every vote extension that a block carries. */
  readonly extensionBytes: readonly number[];
  /** The same without payloads: what the limit of 1 KiB is about. */
  readonly entryBytes: readonly number[];
  /** Bytes of transaction 0. */
  readonly injectedBytes: readonly number[];
}

/** Reads the blocks from one height to another, both included. */
export async function blockStats(rpc: Rpc, first: number, last: number): Promise<BlockStats> {
  const stats = {
    blocks: last - first + 1,
    intervalsMs: [] as number[],
    extensionBytes: [] as number[],
    entryBytes: [] as number[],
    injectedBytes: [] as number[],
  };
  let previousMs: number | undefined;
  for (let height = first; height <= last; height++) {
    const { timeMs, txs } = await rpc.block(height);
    if (previousMs !== undefined) stats.intervalsMs.push(timeMs - previousMs);
    previousMs = timeMs;
    const injected = fromBase64(txs[0] ?? "");
    if (injected === undefined || !isInjected(injected)) continue;
    stats.injectedBytes.push(injected.length);
    for (const { extension } of decodeInjected(injected).votes) {
      stats.extensionBytes.push(extension.length);
      const decoded = decodeExtension(extension);
      stats.entryBytes.push(encodeExtension({ ...decoded, payloads: [] }).length);
    }
  }
  return stats;
}
