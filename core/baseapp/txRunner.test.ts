import { describe, expect, test } from "vitest";
import { TxMsgData } from "#core/codec/generated/cosmos/base/abci/v1beta1.js";
import { MsgSendResponse } from "#core/codec/generated/cosmos/bank/v1beta1.js";
import { decodeTx, type DecodedTx } from "#core/codec/tx.js";
import { MsgMultiSend } from "#core/codec/generated/cosmos/bank/v1beta1.js";
import { AuthInfo, TxBody, TxRaw } from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { pack, TypeRegistry } from "#core/codec/typeRegistry.js";
import { InvariantError } from "#core/primitives/assert.js";
import { event } from "#core/primitives/event.js";
import { insufficientFunds, invalidRequest, unauthorized } from "#core/primitives/sdkErrors.js";
import { caught } from "#test/harness/caught.js";
import {
  type Behaviours,
  readToy,
  TOY_SENDER,
  toyEntries,
  ToyRunner,
  type ToyTx,
  writeToy,
} from "#test/harness/toyChain.js";
import type { Context } from "./context.js";
import { UNBOUNDED_GAS } from "./gas.js";
import type { TxResult } from "./txResult.js";

const thrower = (error: unknown) => () => {
  throw error;
};

const BEHAVIOURS: Behaviours = new Map<string, (ctx: Context) => void>([
  [
    "write a",
    (ctx) => {
      writeToy(ctx, "a", "1");
    },
  ],
  [
    "write b",
    (ctx) => {
      writeToy(ctx, "b", "1");
    },
  ],
  [
    "emit",
    (ctx) => {
      ctx.emit(event("first", [["key", "value"]]));
      ctx.emit(event("second", []));
    },
  ],
  ["fail", thrower(insufficientFunds({ available: "1unes", required: "2unes" }))],
  [
    "write, then fail",
    (ctx) => {
      writeToy(ctx, "a", "1");
      throw unauthorized({ problem: "not you" });
    },
  ],
  [
    "burn gas",
    (ctx) => {
      ctx.gas.charge(1_000_000n, "burning");
    },
  ],
  [
    "see a",
    (ctx) => {
      writeToy(ctx, "seen", readToy(ctx, "a") ?? "nothing");
    },
  ],
]);

/** An ante chain that leaves a trace. */
function tracingAnte(ctx: Context): void {
  writeToy(ctx, "ante", "ran");
  ctx.emit(event("tx", [["fee", "0unes"]]));
}

const runner = (): ToyRunner => new ToyRunner(BEHAVIOURS, tracingAnte);

const ANTE_TRACE = [["ante", "ran"]];

describe("a transaction that succeeds", () => {
  test("keeps what ante chain and messages wrote and has code 0", () => {
    const toy = runner();
    const result = toy.run({ does: ["write a", "see a"], gasLimit: 200_000n });
    expect(result).toMatchObject({ code: 0, codespace: "", log: "", gasWanted: 200_000n });
    expect(toyEntries(toy.branch)).toEqual([["a", "1"], ...ANTE_TRACE, ["seen", "1"]]);
  });

  test("charges ante chain and messages to one meter", () => {
    const ante = runner().run({ does: ["nothing"] }).gasUsed;
    const message = runner().run({ does: ["write a"] }).gasUsed - ante;
    expect(ante).toBe(2_210n);
    expect(message).toBe(2_060n);
  });

  test("gives the responses of its messages as data", () => {
    const { data } = runner().run({ does: ["write a", "write b"] });
    const response = { typeUrl: MsgSendResponse.typeUrl, value: new Uint8Array(0) };
    expect(TxMsgData.decode(data)).toEqual({ data: [], msgResponses: [response, response] });
  });

  test("announces each message before its events, all with the index of the message", () => {
    const { events } = runner().run({ does: ["nothing", "emit"] });
    const announced = (index: string) => ({
      type: "message",
      attributes: [
        { key: "action", value: "/cosmos.bank.v1beta1.MsgSend" },
        { key: "sender", value: TOY_SENDER.text },
        { key: "module", value: "toy" },
        { key: "msg_index", value: index },
      ],
    });
    expect(events).toEqual([
      { type: "tx", attributes: [{ key: "fee", value: "0unes" }] },
      announced("0"),
      announced("1"),
      {
        type: "first",
        attributes: [
          { key: "key", value: "value" },
          { key: "msg_index", value: "1" },
        ],
      },
      { type: "second", attributes: [{ key: "msg_index", value: "1" }] },
    ]);
  });

  test.each([
    ["an operator", TOY_SENDER.operator],
    ["upper case", TOY_SENDER.text.toUpperCase()],
  ])("names the account as sender where the message has %s", (_name, sender) => {
    const { events } = runner().run({ does: ["nothing"], sender });
    expect(events[1]?.attributes[1]).toEqual({ key: "sender", value: TOY_SENDER.text });
  });
});

describe("a transaction that fails before the ante chain has passed", () => {
  test.each<[string, ToyTx, Partial<TxResult>]>([
    [
      "without messages",
      { does: [] },
      { code: 18, log: "must contain at least one message: invalid request" },
    ],
    [
      "with a message that is invalid by itself",
      { does: ["write a", "nonsense"] },
      { code: 18, log: "nonsense: invalid request" },
    ],
    [
      "whose message is signed by no address",
      { does: ["nothing"], sender: "nobody" },
      { code: 7, log: "it has 6 characters, less than 8 (address nobody): invalid address" },
    ],
  ])("%s leaves nothing behind", (_name, tx, expected) => {
    const toy = runner();
    const rest = { codespace: "sdk", events: [], gasUsed: 0n };
    expect(toy.run(tx)).toMatchObject({ ...expected, ...rest });
    expect(toyEntries(toy.branch)).toEqual([]);
  });

  test("with a message nobody handles has code 6", () => {
    const tx = multiSend();
    const toy = runner();
    const { code, log } = toy.run(tx);
    expect(code).toBe(6);
    expect(log).toBe(`message ${MsgMultiSend.typeUrl}: unknown request`);
    expect(toyEntries(toy.branch)).toEqual([]);
  });

  test("because the ante chain refuses keeps nothing of it", () => {
    const toy = new ToyRunner(BEHAVIOURS, (ctx) => {
      tracingAnte(ctx);
      throw invalidRequest({ problem: "no" });
    });
    const result = toy.run({ does: ["write a"] });
    expect(result).toMatchObject({ code: 18, log: "no: invalid request", events: [] });
    expect(result.gasUsed).toBeGreaterThan(0n);
    expect(toyEntries(toy.branch)).toEqual([]);
  });

  test("because the ante chain runs out of gas keeps nothing of it", () => {
    const toy = runner();
    expect(toy.run({ does: ["write a"], gasLimit: 2_209n })).toMatchObject({
      code: 11,
      codespace: "sdk",
      log: "out of gas in location: WritePerByte; gasWanted: 2209, gasUsed: 2210: out of gas",
      gasWanted: 2_209n,
      gasUsed: 2_210n,
      events: [],
    });
    expect(toyEntries(toy.branch)).toEqual([]);
  });

  test("because a message names no signer is a fault of the program", () => {
    const toy = runner();
    expect(toy.run({ does: ["write a"], sender: "" }).code).toBe(1);
    expect(toy.faults).toHaveLength(1);
    expect(toyEntries(toy.branch)).toEqual([]);
  });
});

describe("a transaction with a message that fails", () => {
  test("keeps the ante chain's writes and events and drops those of all messages", () => {
    const toy = runner();
    const result = toy.run({ does: ["write b", "emit", "write, then fail", "write a"] });
    expect(result).toMatchObject({
      code: 4,
      codespace: "sdk",
      log: "failed to execute message; message index: 2: not you: unauthorized",
      events: [{ type: "tx", attributes: [{ key: "fee", value: "0unes" }] }],
    });
    expect(result.data).toHaveLength(0);
    expect(toyEntries(toy.branch)).toEqual(ANTE_TRACE);
  });

  test("that runs out of gas says where, and pays for what broke the limit", () => {
    const toy = runner();
    const result = toy.run({ does: ["write a", "burn gas"], gasLimit: 900_000n });
    expect(result).toMatchObject({
      code: 11,
      log: "out of gas in location: burning; gasWanted: 900000, gasUsed: 1004270: out of gas",
      gasUsed: 1_004_270n,
    });
    expect(toyEntries(toy.branch)).toEqual(ANTE_TRACE);
  });
});

describe("by ADR-0005, what a handler throws", () => {
  const faultIn = (error: unknown): ToyRunner =>
    new ToyRunner(new Map([["throw", thrower(error)]]), tracingAnte);

  test.each<[string, Error]>([
    ["a broken invariant", new InvariantError("a balance is not negative")],
    ["a type error", new TypeError("x is not a function")],
  ])("%s fails the transaction with code 1 and is reported", (_name, error) => {
    const toy = faultIn(error);
    const result = toy.run({ does: ["throw"] });
    expect(result).toMatchObject({ code: 1, codespace: "sdk" });
    expect(result.log).not.toContain(error.message);
    expect(toy.faults).toEqual([error]);
    expect(toyEntries(toy.branch)).toEqual(ANTE_TRACE);
  });

  test.each([
    ["a stack overflow", new RangeError("Maximum call stack size exceeded")],
    ["a storage fault", new Error("SQLITE_IOERR")],
    ["something that is no error", "a string"],
  ])("%s stops the node", (_name, error) => {
    const toy = faultIn(error);
    expect(caught(() => toy.run({ does: ["throw"] }))).toBe(error);
    expect(toy.faults).toEqual([]);
  });

  test.each<[string, Error, number]>([
    ["a broken invariant", new InvariantError("no"), 1],
    ["a chain error", invalidRequest(), 18],
  ])("%s is the same in the ante chain", (_name, error, code) => {
    const toy = new ToyRunner(BEHAVIOURS, thrower(error));
    expect(toy.run({ does: ["write a"] }).code).toBe(code);
    expect(toyEntries(toy.branch)).toEqual([]);
  });

  test("a storage fault stops the node from the ante chain too", () => {
    const error = new Error("disk full");
    const toy = new ToyRunner(BEHAVIOURS, thrower(error));
    expect(caught(() => toy.run({ does: ["write a"] }))).toBe(error);
  });
});

describe("modes", () => {
  test.each(["check", "recheck"] as const)("%s runs the ante chain alone", (mode) => {
    const toy = runner();
    const result = toy.run({ does: ["fail"] }, mode);
    expect(result).toMatchObject({ code: 0, gasUsed: 2_210n });
    expect(result.data).toHaveLength(0);
    expect(toyEntries(toy.branch)).toEqual(ANTE_TRACE);
  });

  test.each(["simulate", "genesis"] as const)("%s counts gas without a limit", (mode) => {
    const result = runner().run({ does: ["write a"], gasLimit: 0n }, mode);
    expect(result).toMatchObject({ code: 0, gasWanted: 0n, gasUsed: 4_270n });
  });

  test("simulations cost what the transaction will", () => {
    const tx = { does: ["write a", "see a", "emit"] };
    expect(runner().run(tx, "simulate").gasUsed).toBe(runner().run(tx).gasUsed);
  });

  test("gas that CometBFT cannot carry is reported as the most it can", () => {
    const result = runner().run({ does: ["nothing"], gasLimit: (1n << 64n) - 1n });
    expect(result.gasWanted).toBe(UNBOUNDED_GAS);
  });
});

function multiSend(): DecodedTx {
  const body = TxBody.create({ messages: [pack(MsgMultiSend, MsgMultiSend.create())] });
  const bytes = TxRaw.encode({
    bodyBytes: TxBody.encode(body),
    authInfoBytes: AuthInfo.encode(AuthInfo.create()),
    signatures: [],
  });
  return decodeTx(bytes, new TypeRegistry([MsgMultiSend]));
}
