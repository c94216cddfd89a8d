import { describe, expect, it } from "vitest";
import { Batch, SeatStatus } from "#core/codec/generated/aivm/inference/v1.js";
import { BaseAccount, QueryAccountResponse } from "#core/codec/generated/cosmos/auth/v1beta1.js";
import { PubKey } from "#core/codec/generated/cosmos/crypto/secp256k1.js";
import { QueryCommunityPoolResponse } from "#core/codec/generated/cosmos/distribution/v1beta1.js";
import type { AnyCodec } from "#core/codec/message.js";
import { pack } from "#core/codec/typeRegistry.js";
import { pairsText, tableText } from "../../terminal/layout.js";
import { answerText } from "./answerText.js";
import { CLIENT_TYPES } from "./clientTypes.js";
import { readable, type Readable } from "./readable.js";

const PLAIN = { table: tableText, pairs: pairsText };

function textOf(codec: unknown, message: object): string {
  return answerText(PLAIN, readable(codec as AnyCodec, message, CLIENT_TYPES));
}

describe("an answer as people read it", () => {
  it("shows what an Any holds, with bytes in hex", () => {
    const pubKey = pack(PubKey, { key: Uint8Array.of(1, 2, 255) });
    const account = BaseAccount.create({ address: "nesa1x", pubKey, accountNumber: 5n });
    const text = textOf(QueryAccountResponse, { account: pack(BaseAccount, account) });
    expect(text).toBe(
      [
        "account  @type           /cosmos.auth.v1beta1.BaseAccount",
        "         address         nesa1x",
        "         pub_key         @type  /cosmos.crypto.secp256k1.PubKey",
        "                         key    0102ff",
        "         account_number  5",
        "         sequence        0",
      ].join("\n"),
    );
  });

  it("shows decimal coins with their point and enums without their prefix", () => {
    const pool = [{ denom: "unes", amount: "1500000000000000000" }];
    expect(textOf(QueryCommunityPoolResponse, { pool })).toBe("pool  1.500000000000000000unes");
    const batch = Batch.create({
      seats: [{ ...EMPTY_SEAT, status: SeatStatus.REVEALED }],
    });
    expect(textOf(Batch, batch)).toMatch(/status +REVEALED/);
  });

  it("makes a table of flat records, numbers to the right", () => {
    const list: Readable = [
      {
        entries: [
          ["name", "a"],
          ["count", "7"],
        ],
      },
      {
        entries: [
          ["name", "long"],
          ["count", "12"],
        ],
      },
    ];
    expect(answerText(PLAIN, list)).toBe("name  count\na         7\nlong     12");
  });

  it("makes blocks of records that are no rows", () => {
    const inner: Readable = { entries: [["x", "1"]] };
    const list: Readable = [{ entries: [["a", inner]] }, { entries: [["a", inner]] }];
    expect(answerText(PLAIN, list)).toBe("a  x  1\n\na  x  1");
    const nested: Readable = { entries: [["list", list]] };
    expect(answerText(PLAIN, nested)).toBe("list  a  x  1\n\n      a  x  1");
  });

  it("says none where a list is empty, and tells long bytes by their length", () => {
    expect(answerText(PLAIN, [])).toBe("none");
    const text = textOf(PubKey, { key: new Uint8Array(1_000).fill(7) });
    expect(text).toBe(`key  1000 bytes, ${"07".repeat(16)}…`);
  });
});

const EMPTY_SEAT = Batch.fields.find(({ name }) => name === "seats")!
  .message!().create() as Batch["seats"][number];
