import { expect, test } from "vitest";
import { MsgChallenge } from "#core/codec/generated/aivm/inference/v1.js";
import { MsgSend } from "#core/codec/generated/cosmos/bank/v1beta1.js";
import { TxBody, TxRaw } from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { pack, type PackedMessage } from "#sdk/index.js";
import { messagesOf } from "./txMessages.js";

function txOf(...messages: readonly PackedMessage[]): Uint8Array {
  const bodyBytes = TxBody.encode(TxBody.create({ messages: [...messages] }));
  return TxRaw.encode(TxRaw.create({ bodyBytes, signatures: [] }));
}

test("messages of every module are told field by field, without what is empty", () => {
  const send = { fromAddress: "a", toAddress: "b", amount: [{ denom: "unes", amount: "5" }] };
  const challenge = MsgChallenge.create({ challenger: "c", requestId: 7n, asMember: true });
  expect(messagesOf(txOf(pack(MsgSend, send), pack(MsgChallenge, challenge)))).toEqual([
    {
      name: "MsgSend",
      typeUrl: "/cosmos.bank.v1beta1.MsgSend",
      fields: [
        ["fromAddress", "a"],
        ["toAddress", "b"],
        ["amount", "5unes"],
      ],
    },
    {
      name: "MsgChallenge",
      typeUrl: "/aivm.inference.v1.MsgChallenge",
      fields: [
        ["challenger", "c"],
        ["requestId", "7"],
        ["asMember", "yes"],
      ],
    },
  ]);
});

test("of a message that nobody knows the size is told, and what is no transaction has none", () => {
  const strange = { typeUrl: "/x.v1.MsgOdd", value: new Uint8Array(3) };
  expect(messagesOf(txOf(strange))).toEqual([
    { name: "MsgOdd", typeUrl: "/x.v1.MsgOdd", fields: [["size", "3 bytes"]] },
  ]);
  expect(messagesOf(Uint8Array.of(0xff, 0xff))).toEqual([]);
});
