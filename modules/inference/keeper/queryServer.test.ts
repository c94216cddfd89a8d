import { describe, expect, test } from "vitest";
import {
  Assurance,
  BatchStatus,
  QueryService,
  type Request,
} from "#core/codec/generated/aivm/inference/v1.js";
import { VersionStatus } from "#core/codec/generated/aivm/kernel/v1.js";
import { toHex } from "#core/primitives/bytes.js";
import { coin } from "#core/primitives/coin.js";
import { invalidAddress, invalidRequest, keyNotFound } from "#core/primitives/sdkErrors.js";
import { caught } from "#test/harness/caught.js";
import { DENOM, InferenceFixture } from "#test/harness/inferenceFixture.js";
import { testInput, testManifest } from "#test/harness/testKernel.js";
import { notRunnable } from "../types/errors.js";
import { inferenceQueries } from "./queryServer.js";

const NONE = new Uint8Array(0);

function expectMissing(chain: InferenceFixture, method: string, request: object): void {
  const thrown = caught(() => chain.query(method, request));
  expect(keyNotFound.is(thrown), String(thrown)).toBe(true);
}

function page(changes: object): object {
  return { key: NONE, offset: 0n, limit: 2n, countTotal: false, reverse: false, ...changes };
}

test("every method of the service has a handler", () => {
  const handlers = [...inferenceQueries(new InferenceFixture().keeper).keys()];
  expect(handlers).toEqual(QueryService.methods.map(({ name }) => name));
});

test("Params gives the parameters", () => {
  const chain = new InferenceFixture({ inference: { maxInputs: 3 } });
  expect(chain.query("Params", {})).toEqual({ params: chain.keeper.params(chain.ctx) });
});

describe("Request, Inputs, Result and Batch", () => {
  test("give what there is of a request", () => {
    const chain = new InferenceFixture();
    const id = chain.ask({ inputs: [testInput(4)] });
    chain.run(5);
    expect(chain.query("Request", { id })).toEqual({ request: chain.request(id) });
    expect(chain.query("Inputs", { id })).toEqual({ inputs: { inputs: [testInput(4)] } });
    expect(chain.query("Result", { id })).toEqual({ result: chain.result(id) });
    const { batch } = chain.query("Batch", { id: 1n }) as { batch: { status: number } };
    expect(batch).toEqual(chain.batch(1n));
    expect(batch.status).toBe(BatchStatus.SETTLED);
  });

  test("find nothing where there is nothing", () => {
    const chain = new InferenceFixture();
    chain.ask();
    for (const method of ["Request", "Inputs", "Result"]) {
      expectMissing(chain, method, { id: 2n });
      expectMissing(chain, method, { id: 0n });
    }
    expectMissing(chain, "Batch", { id: 1n });
    // The request exists; its answer does not yet.
    expectMissing(chain, "Result", { id: 1n });
  });

  test("no longer give inputs that were pruned", () => {
    const chain = new InferenceFixture({ inference: { retentionBlocks: 20n } });
    const id = chain.ask();
    chain.run(24);
    chain.query("Inputs", { id });
    chain.run(2);
    expectMissing(chain, "Inputs", { id });
    expect(chain.query("Result", { id })).toMatchObject({ result: { pruned: true } });
  });
});

describe("Requests", () => {
  const ids = (answer: object): bigint[] =>
    (answer as { requests: Request[] }).requests.map(({ id }) => id);

  function chainOfFive(): InferenceFixture {
    const chain = new InferenceFixture();
    for (const from of [chain.user, chain.other, chain.user, chain.user, chain.other]) {
      chain.ask({ from });
    }
    return chain;
  }

  test("lists all by id, or those of one account", () => {
    const chain = chainOfFive();
    const all = { requester: "", pagination: undefined };
    expect(ids(chain.query("Requests", all))).toEqual([1n, 2n, 3n, 4n, 5n]);
    const own = (requester: string) => ids(chain.query("Requests", { ...all, requester }));
    expect(own(chain.user.text)).toEqual([1n, 3n, 4n]);
    expect(own(chain.other.text)).toEqual([2n, 5n]);
    expect(own(chain.validators[0]!.account.text)).toEqual([]);
  });

  test.each(["all", "own"])("gives %s page by page, forwards and back", (which) => {
    const chain = chainOfFive();
    const requester = which === "all" ? "" : chain.user.text;
    const expected = which === "all" ? [1n, 2n, 3n, 4n, 5n] : [1n, 3n, 4n];
    for (const reverse of [false, true]) {
      const seen: bigint[] = [];
      let key: Uint8Array = NONE;
      do {
        const pagination = page({ key, reverse });
        const answer = chain.query("Requests", { requester, pagination });
        seen.push(...ids(answer));
        key = (answer as { pagination: { nextKey: Uint8Array } }).pagination.nextKey;
      } while (key.length > 0);
      expect(seen).toEqual(reverse ? expected.toReversed() : expected);
    }
    const counted = chain.query("Requests", { requester, pagination: page({ countTotal: true }) });
    expect(counted).toMatchObject({ pagination: { total: BigInt(expected.length) } });
  });

  test("refuses an address that is none", () => {
    const chain = chainOfFive();
    const asked = { requester: "nesa1", pagination: undefined };
    expect(invalidAddress.is(caught(() => chain.query("Requests", asked)))).toBe(true);
  });
});

describe("Faults", () => {
  test("lists all, or those of one validator, page by page", () => {
    const chain = new InferenceFixture();
    for (const silent of [1, 1, 2, 1]) {
      chain.mute.clear();
      chain.mute.add(silent);
      chain.ask();
      chain.run(8);
    }
    expect(chain.faults()).toHaveLength(4);
    const of = (operatorAddress: string, pagination?: object) =>
      chain.query("Faults", { operatorAddress, pagination }) as { faults: object[] };
    expect(of("").faults).toEqual(chain.faults());
    const { operator } = chain.validators[1]!.account;
    const own = chain.faults().filter(({ operatorAddress }) => operatorAddress === operator);
    expect(own).toHaveLength(3);
    expect(of(operator).faults).toEqual(own);
    expect(of(operator, page({})).faults).toEqual(own.slice(0, 2));
    expect(of(operator, page({ offset: 2n })).faults).toEqual(own.slice(2));
    expect(of(chain.validators[0]!.account.operator).faults).toEqual([]);
  });

  test("refuses an account's address", () => {
    const chain = new InferenceFixture();
    const asked = { operatorAddress: chain.user.text, pagination: undefined };
    expect(invalidAddress.is(caught(() => chain.query("Faults", asked)))).toBe(true);
  });
});

describe("Quote", () => {
  const asked = {
    kernel: "echo",
    versionId: NONE,
    inputBytes: 33n,
    inputCount: 1,
    inputBuckets: [],
    assurance: Assurance.COMMITTEE,
  };

  test("gives the fees and the version that would run", () => {
    const chain = new InferenceFixture();
    const { id } = chain.kernel.findHead(chain.ctx, "echo")!;
    expect(chain.query("Quote", asked)).toEqual({
      price: coin(DENOM, 2_433n),
      fees: { admission: "233", compute: "200", author: "2000", priority: "0" },
      versionId: id,
    });
    const pinned = { ...asked, kernel: "", versionId: id };
    expect(chain.query("Quote", pinned)).toEqual(chain.query("Quote", asked));
  });

  test.each([Assurance.COMMITTEE, Assurance.FULL])(
    "is what is charged, whatever is available (assurance %i)",
    (assurance) => {
      const chain = new InferenceFixture();
      const inputs = [1, 2, 3].map(testInput);
      const answer = chain.query("Quote", { ...asked, inputBytes: 99n, inputCount: 3, assurance });
      const before = chain.balance(chain.user);
      chain.ask({ inputs, assurance });
      const paid = before - chain.balance(chain.user);
      expect(answer).toMatchObject({ price: coin(DENOM, paid) });
    },
  );

  test("is refused like a request, for a version that was taken down", () => {
    const chain = new InferenceFixture();
    const head = chain.kernel.findHead(chain.ctx, "echo")!;
    const { state } = chain.kernel;
    state.setVersion(chain.ctx, { ...head, status: VersionStatus.REVOKED, reason: "court order" });
    const fault = caught(() => chain.query("Quote", { ...asked, versionId: head.id }));
    expect(notRunnable.is(fault)).toBe(true);
    expect((fault as Error).message).toContain("court order");
  });

  test("finds no kernel where there is none and needs an input", () => {
    const chain = new InferenceFixture();
    expectMissing(chain, "Quote", { ...asked, kernel: "nothing" });
    expectMissing(chain, "Quote", { ...asked, versionId: new Uint8Array(32) });
    const none = { ...asked, inputCount: 0 };
    expect(invalidRequest.is(caught(() => chain.query("Quote", none)))).toBe(true);
  });
});

describe("Beacon", () => {
  test("gives that of a height, the latest for zero", () => {
    const chain = new InferenceFixture();
    chain.run(3);
    const beacon = chain.keeper.findBeacon(chain.ctx, 3n);
    expect(chain.query("Beacon", { height: 3n })).toEqual({ beacon: { height: 3n, beacon } });
    const latest = chain.keeper.findBeacon(chain.ctx, 4n);
    const expected = { beacon: { height: 4n, beacon: latest } };
    expect(chain.query("Beacon", { height: 0n })).toEqual(expected);
    chain.withoutInjected = true;
    chain.run();
    expect(chain.query("Beacon", { height: 0n })).toEqual(expected);
  });

  test("has none for heights without one, to come, or that never are", () => {
    const chain = new InferenceFixture();
    chain.withoutInjected = true;
    chain.run();
    for (const height of [2n, 3n, -1n]) expectMissing(chain, "Beacon", { height });
  });
});

describe("Provider", () => {
  test("gives what a validator has reserved, nothing for one never drawn", () => {
    const chain = new InferenceFixture({ kernels: [testManifest({ name: "echo", gas: 500n })] });
    const { address } = chain.validators[0]!;
    const asked = { consensusAddress: toHex(address) };
    const idle = chain.query("Provider", asked);
    expect(idle).toMatchObject({ provider: { consensusAddress: address, openBatches: 0 } });
    chain.ask();
    chain.run();
    const busy = { openBatches: 1, reservedGas: 500n };
    expect(chain.query("Provider", asked)).toMatchObject({ provider: busy });
  });

  test.each(["", "zz".repeat(20), "00".repeat(19), "00".repeat(21)])(
    "refuses %j, which is no consensus address",
    (consensusAddress) => {
      const chain = new InferenceFixture();
      const thrown = caught(() => chain.query("Provider", { consensusAddress }));
      expect(invalidRequest.is(thrown), String(thrown)).toBe(true);
    },
  );
});
