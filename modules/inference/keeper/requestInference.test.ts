import { describe, expect, test } from "vitest";
import {
  Assurance,
  MsgRequestInference,
  RequestStatus,
} from "#core/codec/generated/aivm/inference/v1.js";
import { ValueSet, type Version, VersionStatus } from "#core/codec/generated/aivm/kernel/v1.js";
import { concatBytes } from "#core/primitives/bytes.js";
import { coin } from "#core/primitives/coin.js";
import type { ChainError, ErrorDetail, ErrorFactory } from "#core/primitives/errors.js";
import { insufficientFunds } from "#core/primitives/sdkErrors.js";
import { setPrice } from "#modules/kernel/keeper/setPrice.js";
import { wrongDataType, wrongDimensions, wrongFields } from "#modules/kernel/types/errors.js";
import { caught } from "#test/harness/caught.js";
import { DENOM, FUNDS, InferenceFixture } from "#test/harness/inferenceFixture.js";
import { TestAccount } from "#test/harness/identities.js";
import { testInput, testManifest } from "#test/harness/testKernel.js";
import { inputsRoot } from "../types/digests.js";
import {
  accessDenied,
  invalidInputs,
  notRunnable,
  priceTooHigh,
  queueFull,
  tooFewProviders,
} from "../types/errors.js";

/** 200 and 33 bytes; 10^6 gas at 4 seats and 50 a million; the author's 2,000. */
const PRICE = 233n + 200n + 2_000n;

const ECHO = testManifest({ name: "echo" });

/** The id of the version that requests for a name run. */
function headOf(chain: InferenceFixture, kernel = "echo"): Uint8Array {
  return chain.kernel.findHead(chain.ctx, kernel)!.id;
}

/** Changes what the registry knows of a version. */
function setVersion(chain: InferenceFixture, changes: Partial<Version>): void {
  const version = chain.kernel.findHead(chain.ctx, "echo")!;
  chain.kernel.state.setVersion(chain.ctx, { ...version, ...changes });
}

/** Makes a provider say that it cannot serve. */
function setUnavailable(chain: InferenceFixture, ...numbers: readonly number[]): void {
  for (const number of numbers) {
    const load = chain.keeper.load(chain.ctx, chain.validators[number]!.address);
    chain.keeper.setLoad(chain.ctx, { ...load, unavailable: true });
  }
}

describe("an admitted request", () => {
  test("is queued with its price in escrow", () => {
    const chain = new InferenceFixture();
    const message = chain.askMessage({ inputs: [testInput(1), testInput(2)], priorityFee: 7n });
    const price = 266n + 400n + 4_000n;
    expect(chain.deliver(MsgRequestInference, message)).toEqual({
      requestId: 1n,
      price: coin(DENOM, price),
    });
    expect(chain.request(1n)).toEqual({
      id: 1n,
      requester: chain.user.text,
      versionId: headOf(chain),
      assurance: Assurance.COMMITTEE,
      inputCount: 2,
      inputsRoot: inputsRoot(message.inputs),
      fees: { admission: "266", compute: "400", author: "4000", priority: "7" },
      height: 1n,
      status: RequestStatus.QUEUED,
      batchId: 0n,
      slotHeight: 0n,
      slotBeacon: new Uint8Array(0),
      deadlineHeight: 1n + chain.keeper.params(chain.ctx).maxRequestBlocks,
      gas: 2_000_000n,
      originBatchId: 0n,
      paid: false,
    });
    expect(chain.keeper.findInputs(chain.ctx, 1n)).toEqual({ inputs: message.inputs });
    expect(chain.balance(chain.user)).toBe(FUNDS - price - 7n);
    expect(chain.moduleBalance("inference")).toBe(price + 7n);
    expect(chain.keeper.queueLength(chain.ctx)).toBe(1n);
    expect(chain.brokenInvariants()).toEqual([]);
  });

  test("says so in an event", () => {
    const chain = new InferenceFixture();
    chain.ask();
    const requested = chain.ctx.events.filter(({ type }) => type === "inference.requested");
    expect(requested.map(({ attributes }) => attributes.map(({ value }) => value))).toMatchObject([
      ["1", chain.user.text, expect.any(String), "1", PRICE.toString()],
    ]);
  });

  test("takes the ids in order and the price that the quote said", () => {
    const chain = new InferenceFixture();
    const asked = {
      kernel: "echo",
      inputBytes: 33n,
      inputCount: 1,
      inputBuckets: [],
      assurance: 1,
    };
    const quote = chain.query("Quote", { ...asked, versionId: new Uint8Array(0) });
    expect(quote).toMatchObject({ price: coin(DENOM, PRICE) });
    expect([chain.ask(), chain.ask(), chain.ask()]).toEqual([1n, 2n, 3n]);
    expect(chain.balance(chain.user)).toBe(FUNDS - 3n * PRICE);
  });

  test("is charged the author's price of now, which the quote says", () => {
    const chain = new InferenceFixture();
    const before = chain.ask();
    const { owner } = chain.kernel.state.findKernelByName(chain.ctx, "echo")!;
    setPrice(chain.ctx, chain.kernel.state, { owner, kernel: "echo", price: "2500" });
    const asked = { kernel: "echo", versionId: new Uint8Array(0), inputBuckets: [] };
    const sizes = { inputBytes: 33n, inputCount: 1, assurance: Assurance.COMMITTEE };
    const quote = chain.query("Quote", { ...asked, ...sizes });
    expect(quote).toMatchObject({ price: coin(DENOM, PRICE + 500n), fees: { author: "2500" } });
    const after = chain.ask();
    expect(chain.balance(chain.user)).toBe(FUNDS - 2n * PRICE - 500n);
    chain.runUntil(() => chain.request(after).paid);
    const author = (id: bigint): string => chain.request(id).fees.author;
    expect([author(before), author(after)]).toEqual(["2000", "2500"]);
    expect(chain.brokenInvariants()).toEqual([]);
  });

  test("may pin a version, also one that is deprecated", () => {
    const chain = new InferenceFixture();
    const versionId = headOf(chain);
    setVersion(chain, { status: VersionStatus.DEPRECATED });
    const message = { ...chain.askMessage(), kernel: "", versionId };
    chain.deliver(MsgRequestInference, message);
    expect(chain.request(1n).versionId).toEqual(versionId);
  });

  test("need not offer a tip, and one that is free needs no coins at all", () => {
    const free = { flatFee: "0", feePerByte: "0", computePrice: "0" };
    const kernels = [testManifest({ name: "echo", price: 0n })];
    const chain = new InferenceFixture({ inference: free, kernels });
    const poor = new TestAccount("poor");
    const none = { denom: "", amount: "" };
    const message = chain.askMessage({ from: poor });
    chain.deliver(MsgRequestInference, {
      ...message,
      priorityFee: none,
      maxPrice: coin(DENOM, 0n),
    });
    expect(chain.moduleBalance("inference")).toBe(0n);
    expect(chain.brokenInvariants()).toEqual([]);
  });

  test("may cost exactly the maximum given and all that its account has", () => {
    const chain = new InferenceFixture();
    const poor = new TestAccount("poor");
    chain.fund(poor.address, PRICE);
    const message = { ...chain.askMessage({ from: poor }), maxPrice: coin(DENOM, PRICE) };
    chain.deliver(MsgRequestInference, message);
    expect(chain.balance(poor)).toBe(0n);
  });
});

describe("a request is refused, with nothing escrowed,", () => {
  /** Delivers a request that differs from a good one. */
  function expectRefused(
    chain: InferenceFixture,
    error: ErrorFactory,
    given: { readonly changes?: Partial<MsgRequestInference>; readonly detail?: ErrorDetail },
  ): void {
    const message = { ...chain.askMessage(), ...given.changes };
    chain.expectRefused(error, () => chain.deliver(MsgRequestInference, message), given.detail);
  }

  test("for a kernel or a version that does not exist", () => {
    const chain = new InferenceFixture();
    const detail = { problem: "it does not exist" };
    expectRefused(chain, notRunnable, { changes: { kernel: "nothing" }, detail });
    const versionId = new Uint8Array(32).fill(1);
    expectRefused(chain, notRunnable, { changes: { versionId }, detail });
  });

  test("for a version that was taken down, with the reason, pinned or not", () => {
    const chain = new InferenceFixture();
    const versionId = headOf(chain);
    setVersion(chain, { status: VersionStatus.REVOKED, reason: "court order" });
    const detail = { problem: "it was taken down", reason: "court order" };
    expectRefused(chain, notRunnable, { detail });
    expectRefused(chain, notRunnable, { changes: { versionId }, detail });
  });

  test("to who may not run the kernel, by name or id", () => {
    const chain = new InferenceFixture();
    const versionId = headOf(chain);
    const requester = chain.other.text;
    chain.kernel.state.setAccess(chain.ctx, 1n, []);
    const detail = { requester };
    expectRefused(chain, accessDenied, { changes: { requester }, detail });
    expectRefused(chain, accessDenied, { changes: { requester, kernel: "", versionId }, detail });
    chain.kernel.state.setAccess(chain.ctx, 1n, [requester]);
    expect(chain.ask({ from: chain.other })).toBe(1n);
    // The owner always may.
    expect(chain.ask()).toBe(2n);
  });

  test.each([VersionStatus.VALIDATING, VersionStatus.REJECTED])(
    "for a version of status %i, pinned or not",
    (status) => {
      const chain = new InferenceFixture();
      const versionId = headOf(chain);
      setVersion(chain, { status });
      const detail = { problem: "it is not active" };
      expectRefused(chain, notRunnable, { detail });
      expectRefused(chain, notRunnable, { changes: { versionId }, detail });
    },
  );

  test("for a deprecated version that is not pinned", () => {
    const chain = new InferenceFixture();
    setVersion(chain, { status: VersionStatus.DEPRECATED });
    expectRefused(chain, notRunnable, {});
  });

  test("while its version is suspended, and not a block longer", () => {
    const chain = new InferenceFixture();
    setVersion(chain, { suspendedUntil: 3n });
    chain.run();
    expectRefused(chain, notRunnable, {});
    chain.run();
    expect(chain.height).toBe(3n);
    expect(chain.ask()).toBe(1n);
  });

  test("with more inputs than max_inputs", () => {
    const chain = new InferenceFixture({ inference: { maxInputs: 2 } });
    const inputs = [1, 2, 3].map(testInput);
    const detail = { problem: "too many", limit: 2, got: 3 };
    expectRefused(chain, invalidInputs, { changes: { inputs }, detail });
    chain.ask({ inputs: inputs.slice(1) });
  });

  test("with more bytes than max_request_bytes", () => {
    const chain = new InferenceFixture({ inference: { maxRequestBytes: 66n } });
    const inputs = [1, 2, 3].map(testInput);
    const detail = { problem: "too long", limit: 66n, got: 99n };
    expectRefused(chain, invalidInputs, { changes: { inputs }, detail });
    chain.ask({ inputs: inputs.slice(1) });
  });

  test("with more gas than a batch may have", () => {
    const chain = new InferenceFixture({ inference: { maxBatchGas: 2_000_000n } });
    const inputs = [1, 2, 3].map(testInput);
    const detail = { problem: "gas of all inputs over a batch" };
    expectRefused(chain, invalidInputs, { changes: { inputs }, detail });
    chain.ask({ inputs: inputs.slice(1) });
  });

  test("with more aggregation gas than a block may have", () => {
    const kernels = [testManifest({ name: "echo", byCode: true })];
    const chain = new InferenceFixture({ kernels, inference: { aggregationGasPerBlock: 20_000n } });
    const inputs = [1, 2, 3].map(testInput);
    const detail = { problem: "aggregation gas of all inputs over a block" };
    expectRefused(chain, invalidInputs, { changes: { inputs }, detail });
    chain.ask({ inputs: inputs.slice(1) });
  });

  test("with outputs that would not fit a payload", () => {
    // 24 bytes, and 256 and 95 for each execution: 726 for two, 1,077 for three.
    const chain = new InferenceFixture({ inference: { payloadBytes: 768n } });
    const inputs = [1, 2, 3].map(testInput);
    const detail = { problem: "outputs would not fit a payload" };
    expectRefused(chain, invalidInputs, { changes: { inputs }, detail });
    chain.ask({ inputs: inputs.slice(1) });
  });

  test("with an input that does not fit the schema, naming the field", () => {
    const chain = new InferenceFixture();
    const [value] = ValueSet.decode(testInput(1)).values;
    const encode = (...values: ReadonlyArray<NonNullable<typeof value>>): Uint8Array =>
      ValueSet.encode({ values: [...values] });
    const cases: ReadonlyArray<readonly [ErrorFactory, Uint8Array, ErrorDetail]> = [
      [wrongFields, encode(), { found: 0, expected: 1 }],
      [wrongFields, encode({ ...value!, name: "pixels" }), { found: "pixels", expected: "image" }],
      [wrongDataType, encode({ ...value!, dataType: 2 }), { field: "image" }],
      [wrongDimensions, encode({ ...value!, dims: [1n, 5n] }), { field: "image", found: 5n }],
    ];
    for (const [error, input, detail] of cases) {
      expectRefused(chain, error, { changes: { inputs: [input] }, detail });
      // The last of several inputs is looked at like the first, and named.
      const inputs = [testInput(1), input];
      expectRefused(chain, error, { changes: { inputs }, detail: { input: 1, ...detail } });
    }
  });

  test("with an input that is not canonical", () => {
    const padded = concatBytes(testInput(1), Uint8Array.of(0x78, 0));
    const chain = new InferenceFixture();
    const before = chain.dump();
    const message = { ...chain.askMessage(), inputs: [padded] };
    const thrown = caught(() => chain.deliver(MsgRequestInference, message));
    expect((thrown as ChainError).codespace).toBe("codec");
    expect(chain.dump()).toEqual(before);
  });

  test("with fewer providers than the kernel's committee needs", () => {
    const committee = { target: 4, minimum: 3, maximum: 16 };
    const kernels = [testManifest({ name: "echo", committee })];
    const chain = new InferenceFixture({ kernels });
    setUnavailable(chain, 0);
    chain.ask();
    setUnavailable(chain, 1);
    expectRefused(chain, tooFewProviders, { detail: { available: 2, needed: 3 } });
  });

  test("at full assurance with too little available power, however many providers there are", () => {
    const chain = new InferenceFixture({ powers: [400n, 100n, 100n, 100n] });
    const full = { changes: { assurance: Assurance.FULL } };
    chain.ask({ assurance: Assurance.FULL });
    setUnavailable(chain, 0);
    const detail = { problem: "too little power for FULL assurance" };
    expectRefused(chain, tooFewProviders, { ...full, detail });
    // A committee asks for seats, not for power.
    chain.ask();
  });

  test("at full assurance by the power that is bonded, not by that of the set", () => {
    const chain = new InferenceFixture();
    // 6,667 basis points: 400 of 599 are enough, of 600 they are not.
    chain.staking.extraPower = 199n;
    chain.ask({ assurance: Assurance.FULL });
    chain.staking.extraPower = 200n;
    expectRefused(chain, tooFewProviders, { changes: { assurance: Assurance.FULL } });
  });

  test("when the queue is full", () => {
    const chain = new InferenceFixture({ inference: { maxQueueRequests: 2 } });
    chain.ask();
    chain.ask();
    expectRefused(chain, queueFull, { detail: { limit: 2 } });
    chain.run();
    chain.ask();
  });

  test("when the price is above the maximum given, whatever the tip", () => {
    const chain = new InferenceFixture();
    const changes = { maxPrice: coin(DENOM, PRICE - 1n), priorityFee: coin(DENOM, 1_000n) };
    const detail = { price: `${PRICE}unes`, given: `${PRICE - 1n}unes` };
    expectRefused(chain, priceTooHigh, { changes, detail });
  });

  test("when the maximum is given in coins that the chain does not take", () => {
    const other = coin("uatom", 10_000n);
    const changes = { maxPrice: other, priorityFee: coin("uatom", 0n) };
    expectRefused(new InferenceFixture(), priceTooHigh, { changes });
  });

  test("when the account cannot pay price and tip", () => {
    const chain = new InferenceFixture();
    const poor = new TestAccount("poor");
    chain.fund(poor.address, PRICE + 4n);
    const message = chain.askMessage({ from: poor, priorityFee: 5n });
    const detail = { available: `${PRICE + 4n}unes`, required: `${PRICE + 5n}unes` };
    chain.expectRefused(
      insufficientFunds,
      () => chain.deliver(MsgRequestInference, message),
      detail,
    );
  });
});

test("checks come in the order of the README: putting one right shows the next", () => {
  const committee = { target: 4, minimum: 3, maximum: 16 };
  const chain = new InferenceFixture({
    kernels: [{ ...ECHO, committee }],
    inference: { maxQueueRequests: 1, maxInputs: 2 },
  });
  chain.ask();
  const poor = new TestAccount("poor");
  setUnavailable(chain, 0, 1);
  let message: MsgRequestInference = {
    ...chain.askMessage({ from: poor }),
    kernel: "nothing",
    inputs: [1, 2, 3].map(() => Uint8Array.of(1)),
    maxPrice: coin(DENOM, 1n),
  };
  const refuse = (error: ErrorFactory): void => {
    chain.expectRefused(error, () => chain.deliver(MsgRequestInference, message));
  };
  refuse(notRunnable);
  message = { ...message, kernel: "echo" };
  refuse(invalidInputs);
  message = { ...message, inputs: [ValueSet.encode({ values: [] })] };
  refuse(wrongFields);
  message = { ...message, inputs: [testInput(1)] };
  refuse(tooFewProviders);
  for (const { address } of chain.validators) {
    chain.keeper.setLoad(chain.ctx, {
      ...chain.keeper.load(chain.ctx, address),
      unavailable: false,
    });
  }
  refuse(queueFull);
  chain.run();
  refuse(priceTooHigh);
  message = { ...message, maxPrice: coin(DENOM, PRICE) };
  refuse(insufficientFunds);
  chain.fund(poor.address, PRICE);
  expect(chain.deliver(MsgRequestInference, message)).toMatchObject({ requestId: 2n });
});
