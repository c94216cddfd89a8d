import { expect, test } from "vitest";
import { InjectedBlockData, ReceiptStatus } from "#core/codec/generated/aivm/inference/v1.js";
import { sha256 } from "#core/crypto/hash.js";
import { concatBytes, toHex } from "#core/primitives/bytes.js";
import {
  decodeInjected,
  encodeInjected,
  encodeOwnInjected,
  INJECTED_PREFIX,
  isInjected,
} from "./injected.js";

const DATA = InjectedBlockData.create({
  vrfProof: new Uint8Array(80).fill(1),
  votes: [{ index: 2, extension: Uint8Array.of(8, 1), signature: new Uint8Array(64) }],
});

test("transaction 0 begins with a zero byte, the chain's name and its format", () => {
  const bytes = encodeInjected(DATA);
  expect(toHex(bytes.subarray(0, 6))).toBe("006169766d01");
  expect(decodeInjected(bytes)).toEqual(DATA);
});

test("only bytes with the whole prefix claim to be it", () => {
  const bytes = encodeInjected(DATA);
  expect(isInjected(bytes)).toBe(true);
  expect(isInjected(bytes.subarray(0, 5))).toBe(false);
  expect(isInjected(bytes.subarray(1))).toBe(false);
  expect(isInjected(new Uint8Array(0))).toBe(false);
});

test("bytes behind it that are not canonical are refused", () => {
  expect(() => decodeInjected(concatBytes(encodeInjected(DATA), Uint8Array.of(0x7a, 0)))).toThrow();
  expect(() => decodeInjected(encodeInjected(DATA).subarray(0, 40))).toThrow();
});

test("the proposer's own is known by its bytes: others, and changed ones, are decoded", () => {
  const bytes = encodeOwnInjected(DATA);
  expect(decodeInjected(bytes)).toBe(DATA);
  expect(decodeInjected(bytes.slice())).toBe(DATA);
  const other = encodeInjected({ ...DATA, vrfProof: new Uint8Array(80).fill(2) });
  expect(decodeInjected(other).vrfProof).toEqual(new Uint8Array(80).fill(2));
  expect(decodeInjected(bytes)).not.toBe(DATA);
  expect(decodeInjected(bytes)).toEqual(DATA);
});

test("a payload in transaction 0 does not repeat what its outputs say", () => {
  const output = new Uint8Array(50).fill(7);
  const receipt = {
    status: ReceiptStatus.OK,
    gasUsed: 1n,
    outputSize: 50n,
    outputDigest: sha256(output),
    workDigest: new Uint8Array(0),
  };
  const requests = [{ position: 0, executions: [{ receipt, output }] }];
  const injected = { ...DATA, payloads: [{ batchId: 1n, requests }] };
  const tx = encodeInjected(injected);
  expect(decodeInjected(tx)).toEqual(injected);
  const repeating = concatBytes(INJECTED_PREFIX, InjectedBlockData.encode(injected));
  expect(repeating.length - tx.length).toBe(36);
  expect(() => decodeInjected(repeating)).toThrow("a receipt repeats what its output says");
});
