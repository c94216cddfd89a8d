import { describe, expect, test } from "vitest";
import type { ProofOp } from "#core/codec/generated/tendermint/crypto.js";
import { sha256 } from "#core/crypto/hash.js";
import { utf8 } from "#core/primitives/bytes.js";
import { ChainError } from "#core/primitives/errors.js";
import { hexBytes } from "#test/vectors/readVectors.js";
import { verifyStoreProof, type StoreAnswer } from "./storeProof.js";

/** Appendix B.2 and B.3: stores acc (empty), bank (k = v) and ibc (k02 to k06). */
const APP_HASH = hexBytes("df5541555b8092d94e63285b8a500adaed862ac8f804365adbace0f9602cac5b");
const EXIST = hexBytes(
  "0a700a036b30331204763033621a0b0801180120012a0300020422290801122502040420e438c529482964ab5ab7c7e9d569a4f4a427355d2808d7aa5f8e3ea651e54b4520222b08011204060a04201a2120498164f4fcf81077b39d8464074d8053640d6ea00f56d4f61aa9eb25a4017fea",
);
const ABSENT = hexBytes(
  "12e9010a046b30333512700a036b30331204763033621a0b0801180120012a0300020422290801122502040420e438c529482964ab5ab7c7e9d569a4f4a427355d2808d7aa5f8e3ea651e54b4520222b08011204060a04201a2120498164f4fcf81077b39d8464074d8053640d6ea00f56d4f61aa9eb25a4017fea1a6f0a036b303412037630341a0b0801180120012a03000202222b08011204040604201a2120cc3c77af0fe752a36c3f868cefe2a0de04938294020df3171d9b47b289fd9aba222908011225060a04201cb5295c1eea4c4f262180471c3efbc1def32f61ba21867abbf712ad5164e36f20",
);
const SIMPLE = hexBytes(
  "0a590a03696263122055896f91194f3f082aa2680689f609a2c2166c5f063c9a93c32a62a6f4701a1d1a090801180120012a010022250801122101b762a1b70ccee53174e9d3ba817f49be2685ebccea2ae488d1f87c4eb51c9529",
);

const PRESENT_ANSWER: StoreAnswer = { storeName: "ibc", key: utf8("k03"), value: utf8("v03b") };
const ABSENT_ANSWER: StoreAnswer = { storeName: "ibc", key: utf8("k035"), value: undefined };

const iavlOp = (key: Uint8Array, data: Uint8Array): ProofOp => ({ type: "ics23:iavl", key, data });
const simpleOp: ProofOp = { type: "ics23:simple", key: utf8("ibc"), data: SIMPLE };
const PRESENT_OPS = [iavlOp(utf8("k03"), EXIST), simpleOp];
const ABSENT_OPS = [iavlOp(utf8("k035"), ABSENT), simpleOp];

function refused(appHash: Uint8Array, ops: readonly ProofOp[], answer: StoreAnswer): void {
  expect(() => {
    verifyStoreProof(appHash, ops, answer);
  }).toThrow(ChainError);
}

describe("answers of the vectors", () => {
  test("a value and an absence are proven to the app hash", () => {
    verifyStoreProof(APP_HASH, PRESENT_OPS, PRESENT_ANSWER);
    verifyStoreProof(APP_HASH, ABSENT_OPS, ABSENT_ANSWER);
  });
});

describe("answers that are not proven", () => {
  test.each([
    ["another app hash", sha256(), PRESENT_OPS, PRESENT_ANSWER],
    ["another value", APP_HASH, PRESENT_OPS, { ...PRESENT_ANSWER, value: utf8("v03") }],
    ["an empty value", APP_HASH, PRESENT_OPS, { ...PRESENT_ANSWER, value: new Uint8Array(0) }],
    ["absence of what is there", APP_HASH, PRESENT_OPS, { ...PRESENT_ANSWER, value: undefined }],
    ["presence of what is absent", APP_HASH, ABSENT_OPS, { ...ABSENT_ANSWER, value: utf8("v") }],
    ["another key", APP_HASH, PRESENT_OPS, { ...PRESENT_ANSWER, key: utf8("k04") }],
    ["another store", APP_HASH, PRESENT_OPS, { ...PRESENT_ANSWER, storeName: "bank" }],
    ["no ops", APP_HASH, [], PRESENT_ANSWER],
    ["the store's op alone", APP_HASH, PRESENT_OPS.slice(0, 1), PRESENT_ANSWER],
    ["an op too many", APP_HASH, [...PRESENT_OPS, simpleOp], PRESENT_ANSWER],
    ["ops in the other order", APP_HASH, PRESENT_OPS.toReversed(), PRESENT_ANSWER],
    [
      "another op type",
      APP_HASH,
      PRESENT_OPS.with(0, { ...PRESENT_OPS[0]!, type: "ics23:smt" }),
      PRESENT_ANSWER,
    ],
    ["another op key", APP_HASH, PRESENT_OPS.with(0, iavlOp(utf8("k04"), EXIST)), PRESENT_ANSWER],
    [
      "another store op key",
      APP_HASH,
      PRESENT_OPS.with(1, { ...simpleOp, key: utf8("bank") }),
      PRESENT_ANSWER,
    ],
    [
      "the store's proof twice",
      APP_HASH,
      PRESENT_OPS.with(1, { ...simpleOp, data: EXIST }),
      PRESENT_ANSWER,
    ],
    [
      "an empty proof",
      APP_HASH,
      PRESENT_OPS.with(0, iavlOp(utf8("k03"), new Uint8Array(0))),
      PRESENT_ANSWER,
    ],
    [
      "bytes that are no proof",
      APP_HASH,
      PRESENT_OPS.with(0, iavlOp(utf8("k03"), utf8("x"))),
      PRESENT_ANSWER,
    ],
  ])("%s", (_, appHash, ops: readonly ProofOp[], answer: StoreAnswer) => {
    refused(appHash, ops, answer);
  });

  test("any flipped bit of either proof", () => {
    for (const [ops, answer] of [
      [PRESENT_OPS, PRESENT_ANSWER],
      [ABSENT_OPS, ABSENT_ANSWER],
    ] as const) {
      ops.forEach((op, place) => {
        for (let bit = 0; bit < op.data.length * 8; bit++) {
          const data = op.data.with(bit >> 3, op.data[bit >> 3]! ^ (1 << (bit & 7)));
          refused(APP_HASH, ops.with(place, { ...op, data }), answer);
        }
      });
    }
  });
});
