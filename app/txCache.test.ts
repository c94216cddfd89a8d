import { expect, test } from "vitest";
import { AuthInfo, TxBody, TxRaw } from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { TypeRegistry } from "#core/codec/typeRegistry.js";
import { ChainError } from "#core/primitives/errors.js";
import { cachingTxDecoder } from "./txCache.js";

function transaction(memo: string): Uint8Array {
  const bodyBytes = TxBody.encode(TxBody.create({ memo }));
  return TxRaw.encode({
    bodyBytes,
    authInfoBytes: AuthInfo.encode(AuthInfo.create()),
    signatures: [],
  });
}

test("a transaction that was decoded is remembered, by its bytes", () => {
  const decode = cachingTxDecoder(new TypeRegistry());
  const first = decode(transaction("a"));
  expect(decode(transaction("a"))).toBe(first);
  expect(decode(transaction("b"))).not.toBe(first);
  expect(decode(Uint8Array.of(0xff))).toBeInstanceOf(ChainError);
});

test("large transactions are forgotten before they fill the memory, the used ones last", () => {
  const decode = cachingTxDecoder(new TypeRegistry());
  const large = (index: number) => transaction(`${index} ${"x".repeat(1 << 20)}`);
  const small = decode(transaction("small"));
  for (let index = 0; index < 20; index++) {
    decode(large(index));
    expect(decode(transaction("small"))).toBe(small);
  }
  for (let index = 20; index < 40; index++) decode(large(index));
  const again = decode(transaction("small"));
  expect(again).not.toBe(small);
  expect(again).toEqual(small);
});
