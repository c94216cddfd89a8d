import { malformedInjected } from "./errors.js";
import { compactPayload, expandPayloads, REPEATING } from "./payloadWire.js";
import { concatBytes, equalBytes, startsWith } from "#core/primitives/bytes.js";
import { InjectedBlockData } from "#core/codec/generated/aivm/inference/v1.js";

/** Begins transaction 0: a zero byte, "aivm", format 1. No Cosmos transaction begins with zero. */
export const INJECTED_PREFIX = Uint8Array.from([0x00, 0x61, 0x69, 0x76, 0x6d, 0x01]);

/** Whether bytes claim to be transaction 0. */
export function isInjected(tx: Uint8Array): boolean {
  return startsWith(tx, INJECTED_PREFIX);
}

/** Transaction 0. */
export function encodeInjected(injected: InjectedBlockData): Uint8Array {
  const payloads = injected.payloads.map(compactPayload);
  return concatBytes(INJECTED_PREFIX, InjectedBlockData.encode({ ...injected, payloads }));
}

/** The transaction 0 that was decoded last. */
let last: { readonly tx: Uint8Array; readonly injected: InjectedBlockData } | undefined;

/**
 * Transaction 0 as its proposer wrote it: CometBFT hands it back to be judged and executed, and its
 * contents need not be decoded for that.
 */
export function encodeOwnInjected(injected: InjectedBlockData): Uint8Array {
  const tx = encodeInjected(injected);
  last = { tx, injected };
  return tx;
}

/**
 * Contents of transaction 0, not to be changed; fails with codec errors when its bytes are not
 * canonical, and with `inference/3` when a payload is not as it travels. CometBFT hands the same
 * bytes over three times: they are decoded once.
 */
export function decodeInjected(tx: Uint8Array): InjectedBlockData {
  if (last !== undefined && equalBytes(last.tx, tx)) return last.injected;
  const carried = InjectedBlockData.decodeCanonical(tx.subarray(INJECTED_PREFIX.length));
  const payloads = expandPayloads(carried.payloads);
  if (payloads === undefined) throw malformedInjected(REPEATING);
  const injected = { ...carried, payloads };
  last = { tx: tx.slice(), injected };
  return injected;
}
