import { MsgSend as OtherMsgSend } from "cosmjs-types/cosmos/bank/v1beta1/tx";
import { TxBody as OtherTxBody, TxRaw as OtherTxRaw } from "cosmjs-types/cosmos/tx/v1beta1/tx";
import { CheckTxType, RequestCheckTx as OtherCheckTx } from "cosmjs-types/tendermint/abci/types";
import { MsgSend } from "#core/codec/generated/cosmos/bank/v1beta1.js";
import { TxBody, TxRaw } from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { RequestCheckTx } from "#core/codec/generated/tendermint/abci.js";

/** Our codec against cosmjs-types on what nodes encode and decode most. */
const send: MsgSend = {
  fromAddress: "nesa1qqqsyqcyq5rqwzqfpg9scrgwpugpzysnq8a9c4",
  toAddress: "nesa1zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3h0q9lz",
  amount: [{ denom: "unes", amount: "1234567" }],
};

const signature = new Uint8Array(64).fill(0xa5);
const authInfoBytes = new Uint8Array(104).fill(0x11);
const chunk = new Uint8Array(64 << 10).fill(0x5a);

function encodeTx(): Uint8Array {
  const messages = [{ typeUrl: MsgSend.typeUrl, value: MsgSend.encode(send) }];
  const bodyBytes = TxBody.encode(TxBody.create({ messages, memo: "rent", timeoutHeight: 900n }));
  return TxRaw.encode({ bodyBytes, authInfoBytes, signatures: [signature] });
}

function encodeTxOther(): Uint8Array {
  const value = OtherMsgSend.encode(send).finish();
  const messages = [{ typeUrl: OtherMsgSend.typeUrl, value }];
  const body = OtherTxBody.fromPartial({ messages, memo: "rent", timeoutHeight: 900n });
  const bodyBytes = OtherTxBody.encode(body).finish();
  return OtherTxRaw.encode({ bodyBytes, authInfoBytes, signatures: [signature] }).finish();
}

function decodeTx(bytes: Uint8Array): MsgSend {
  const { messages } = TxBody.decode(TxRaw.decode(bytes).bodyBytes);
  return MsgSend.decode(messages[0]?.value ?? chunk);
}

function decodeTxOther(bytes: Uint8Array): MsgSend {
  const { messages } = OtherTxBody.decode(OtherTxRaw.decode(bytes).bodyBytes);
  return OtherMsgSend.decode(messages[0]?.value ?? chunk);
}

const BATCH = 2000;
const BATCHES = 40;

/** Microseconds of one call: the fastest of many batches, so that other load counts little. */
function microseconds(work: () => unknown): number {
  let best = Infinity;
  for (let batch = 0; batch < BATCHES; batch++) {
    const start = performance.now();
    for (let count = 0; count < BATCH; count++) work();
    best = Math.min(best, performance.now() - start);
  }
  return (best * 1000) / BATCH;
}

function compare(name: string, ours: () => unknown, theirs: () => unknown): void {
  const [own, other] = [microseconds(ours), microseconds(theirs)];
  const ratio = (own / other).toFixed(2);
  console.log(
    `${name.padEnd(24)} ${own.toFixed(2).padStart(7)} µs   cosmjs-types ${other.toFixed(2).padStart(7)} µs   ratio ${ratio}`,
  );
}

const tx = encodeTx();
const check = RequestCheckTx.encode({ tx: chunk, type: 0 });
if (Buffer.compare(tx, encodeTxOther()) !== 0) throw new Error("the codecs disagree");

for (let pass = 1; pass <= 2; pass++) {
  console.log(pass === 1 ? "warm-up" : "measured");
  compare("encode TxRaw+TxBody+Send", encodeTx, encodeTxOther);
  compare(
    "decode TxRaw+TxBody+Send",
    () => decodeTx(tx),
    () => decodeTxOther(tx),
  );
  compare(
    "encode 64 KiB of bytes",
    () => RequestCheckTx.encode({ tx: chunk, type: 0 }),
    () => OtherCheckTx.encode({ tx: chunk, type: CheckTxType.NEW }).finish(),
  );
  compare(
    "decode 64 KiB of bytes",
    () => RequestCheckTx.decode(check),
    () => OtherCheckTx.decode(check),
  );
}
