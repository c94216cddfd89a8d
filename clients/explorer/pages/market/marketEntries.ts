import type { Kernel, Manifest, Version } from "#core/codec/generated/aivm/kernel/v1.js";
import { RequestStatus } from "#core/codec/generated/aivm/inference/v1.js";
import { usualAnswerBlocks } from "../../chain/answerBlocks.js";
import { isOver, latestRequests } from "../../chain/requestList.js";
import { rememberedVersion } from "../../chain/versionNames.js";
import { listKernels, type RpcTransport, toHex } from "#sdk/index.js";

/** A kernel as the market shows it. */
export interface MarketEntry {
  readonly kernel: Kernel;
  /** The version that runs when none is named; undefined while none is active. */
  readonly head: { readonly version: Version; readonly manifest: Manifest } | undefined;
  /** Requests for the head among the newest ones that ended, and those of them fulfilled. */
  readonly ended: number;
  readonly fulfilled: number;
  /** Blocks that an answer usually takes; undefined before the first. */
  readonly answerBlocks: bigint | undefined;
}

/** Newest requests that rates are counted over. */
const COUNTED_REQUESTS = 100;

/** Every kernel with its head version, by name. */
export async function readMarket(rpc: RpcTransport, signal: AbortSignal): Promise<MarketEntry[]> {
  const [kernels, requests] = await Promise.all([
    listKernels(rpc, { signal }),
    latestRequests(rpc, { count: COUNTED_REQUESTS }, signal),
  ]);
  const entries = kernels.map(async (kernel): Promise<MarketEntry> => {
    const { headVersionId: id } = kernel;
    const head = id.length === 0 ? undefined : await rememberedVersion(rpc, id);
    const own = requests.filter(({ versionId }) => toHex(versionId) === toHex(id));
    const fulfilled = own.filter(({ status }) => status === RequestStatus.FULFILLED).length;
    const ended = own.filter(isOver).length;
    const answerBlocks = await usualAnswerBlocks(rpc, own);
    return { kernel, head, ended, fulfilled, answerBlocks };
  });
  return (await Promise.all(entries)).toSorted((a, b) => (a.kernel.name < b.kernel.name ? -1 : 1));
}

/** Whether every word of a search is in a kernel's name, owner, description or licence. */
export function fits({ kernel, head }: MarketEntry, wanted: string): boolean {
  const { description = "", license = "" } = head?.manifest ?? {};
  const text = `${kernel.name} ${kernel.owner} ${description} ${license}`.toLowerCase();
  const words = wanted.toLowerCase().split(/\s+/);
  return words.every((word) => text.includes(word));
}
