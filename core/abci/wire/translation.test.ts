import {
  CommitInfo,
  Misbehavior,
  Request,
  RequestFinalizeBlock,
  RequestInitChain,
  RequestProcessProposal,
  ValidatorUpdate,
  VoteInfo,
} from "#core/codec/generated/tendermint/abci.js";
import fc, { type Arbitrary } from "fast-check";
import { describe, expect, test } from "vitest";
import type { AbciCall, AbciRequests, AbciResponses } from "../application.js";
import { AbciProtocolError } from "../errors.js";
import { FrameParser } from "../framing.js";
import { REQUEST_ARBITRARIES, RESPONSE_ARBITRARIES } from "../testing/callArbitraries.js";
import { ABCI_CALLS, frameRequest, frameResponse, readRequest, readResponse } from "./messages.js";
import { REQUESTS, type WireRequest } from "./requests.js";
import { RESPONSES, type WireResponse } from "./responses.js";

const SEED = 0xabc1;

function unframe(frame: Uint8Array): Uint8Array {
  const parser = new FrameParser();
  parser.push(frame);
  const content = parser.next();
  expect(parser.next()).toBeUndefined();
  return content!;
}

function requestOverWire<Call extends AbciCall>(
  call: Call,
  request: AbciRequests[Call],
): AbciRequests[Call] {
  const frame = frameRequest({ [call]: REQUESTS[call].toWire(request) });
  const read = readRequest(unframe(frame));
  expect(read.member).toBe(call);
  return REQUESTS[call].fromWire(read.request[call] as WireRequest<Call>);
}

function responseOverWire<Call extends AbciCall>(
  call: Call,
  response: AbciResponses[Call],
): AbciResponses[Call] {
  const frame = frameResponse({ [call]: RESPONSES[call].toWire(response) });
  const read = readResponse(unframe(frame));
  expect(read.member).toBe(call);
  return RESPONSES[call].fromWire(read.response[call] as WireResponse<Call>);
}

describe.each(ABCI_CALLS)("%s", (call) => {
  test("requests survive the wire", () => {
    fc.assert(
      fc.property(REQUEST_ARBITRARIES[call] as Arbitrary<AbciRequests[AbciCall]>, (request) => {
        expect(requestOverWire(call, request)).toStrictEqual(request);
      }),
      { seed: SEED },
    );
  });

  test("responses survive the wire", () => {
    fc.assert(
      fc.property(RESPONSE_ARBITRARIES[call] as Arbitrary<AbciResponses[AbciCall]>, (response) => {
        expect(responseOverWire(call, response)).toStrictEqual(response);
      }),
      { seed: SEED },
    );
  });
});

test("every call is listed once", () => {
  expect([...ABCI_CALLS].sort()).toStrictEqual(Object.keys(REQUESTS).sort());
});

test("event attributes are indexed unless they say otherwise", () => {
  const attributes = [
    { key: "amount", value: "1unes" },
    { key: "memo", value: "", index: false },
  ];
  const event = { type: "transfer", attributes };
  const result = { code: 0, codespace: "", log: "", data: new Uint8Array(0) };
  const gas = { gasWanted: 0n, gasUsed: 0n };
  const wire = RESPONSES.checkTx.toWire({ ...result, ...gas, events: [event] });
  expect(wire.events[0]?.attributes).toStrictEqual([
    { key: "amount", value: "1unes", index: true },
    { key: "memo", value: "", index: false },
  ]);
});

test("a time before the epoch has non-negative nanos", () => {
  const request = REQUESTS.initChain.toWire({
    chainId: "",
    timeNs: -1n,
    initialHeight: 1n,
    consensusParams: {},
    validators: [],
    appState: new Uint8Array(0),
  });
  expect(request.time).toStrictEqual({ seconds: -1n, nanos: 999_999_999 });
});

describe("refused", () => {
  test("an unknown CheckTx type", () => {
    // CheckTx { type: 7 }
    const { request } = readRequest(Uint8Array.of(0x42, 0x02, 0x10, 0x07));
    expect(() => REQUESTS.checkTx.fromWire(request.checkTx!)).toThrow(AbciProtocolError);
  });

  test("a vote without a flag", () => {
    const decidedLastCommit = CommitInfo.create({ votes: [VoteInfo.create()] });
    const wire = RequestFinalizeBlock.create({ decidedLastCommit });
    expect(() => REQUESTS.finalizeBlock.fromWire(wire)).toThrow(AbciProtocolError);
  });

  test("misbehavior of an unknown kind", () => {
    const wire = RequestProcessProposal.create({ misbehavior: [Misbehavior.create()] });
    expect(() => REQUESTS.processProposal.fromWire(wire)).toThrow(AbciProtocolError);
  });

  test.each([
    ["secp256k1 key", { ed25519: new Uint8Array(0), secp256k1: new Uint8Array(33) }],
    ["short key", { ed25519: new Uint8Array(31), secp256k1: new Uint8Array(0) }],
  ])("a validator with a %s", (_, pubKey) => {
    const wire = RequestInitChain.create({ validators: [ValidatorUpdate.create({ pubKey })] });
    expect(() => REQUESTS.initChain.fromWire(wire)).toThrow(AbciProtocolError);
  });

  test("an offer without a snapshot", () => {
    const { offerSnapshot } = Request.create({
      offerSnapshot: { snapshot: undefined, appHash: new Uint8Array(0) },
    });
    expect(() => REQUESTS.offerSnapshot.fromWire(offerSnapshot!)).toThrow(AbciProtocolError);
  });

  test("a response whose status is unknown", () => {
    expect(() => RESPONSES.processProposal.fromWire({ status: 0 })).toThrow(AbciProtocolError);
  });

  test.each([
    ["nothing", []],
    ["an unknown member", [0xaa, 0x01, 0x00]],
    ["two members", [0x0a, 0x00, 0x12, 0x00]],
    ["a length past the end", [0x42, 0x05, 0x00]],
    ["fields that ABCI 2.0 lacks", [0x12, 0x00, 0xfa, 0x01, 0x01, 0x2a]],
    ["groups nested past any stack", new Array<number>(200_000).fill(0x1b)],
    ["a tag without a field", [0x00]],
  ])("a request of %s", (_, content) => {
    expect(() => readRequest(Uint8Array.from(content))).toThrow(AbciProtocolError);
  });
});

test("a flush is answered with the bytes that CometBFT expects", () => {
  expect([...frameResponse({ flush: {} })]).toStrictEqual([0x02, 0x1a, 0x00]);
});
