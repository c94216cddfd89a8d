import { describe, expect, test } from "vitest";
import * as bank from "#core/codec/generated/cosmos/bank/v1beta1.js";
import { InvariantError } from "#core/primitives/assert.js";
import { coin } from "#core/primitives/coin.js";
import { openStore } from "#core/store/multistore.js";
import { caught } from "#test/harness/caught.js";
import { TOY_STORE, toyHeader, toyRouter } from "#test/harness/toyChain.js";
import { Context } from "./context.js";
import { queryHandler, QueryRouter } from "./queryRouter.js";

const ctx = new Context({
  header: toyHeader(1n),
  mode: "query",
  branch: openStore({ memory: true, stores: [TOY_STORE], chainId: "toy-1" }).branch(),
});

const supplyOf = queryHandler(
  { request: bank.QuerySupplyOfRequest, response: bank.QuerySupplyOfResponse },
  (_ctx, { denom }) => ({ amount: coin(denom, 7n) }),
);

describe("the message router", () => {
  test("finds a route by type URL and lists routes in their order", () => {
    const router = toyRouter(new Map());
    expect(router.find(bank.MsgSend.typeUrl)?.module).toBe("toy");
    expect(router.find("/unknown")).toBeUndefined();
    expect(router.routes().map(({ codec }) => codec.typeUrl)).toEqual([bank.MsgSend.typeUrl]);
  });

  test("takes one handler for a message", () => {
    const router = toyRouter(new Map());
    const again = {
      codec: bank.MsgSend,
      responseCodec: bank.MsgSendResponse,
      signers: () => [],
      validate: () => undefined,
      handle: () => ({}),
    };
    const error = caught(() => {
      router.add("other", again);
    });
    expect(error).toBeInstanceOf(InvariantError);
  });
});

describe("the query router", () => {
  test("finds a handler by the gRPC path of its method", () => {
    const router = new QueryRouter();
    router.add(bank.QueryService, new Map([["SupplyOf", supplyOf]]));
    const route = router.find("/cosmos.bank.v1beta1.Query/SupplyOf");
    expect(route?.handle(ctx, { denom: "unes" })).toEqual({ amount: coin("unes", 7n) });
    expect(route?.method.request).toBe(bank.QuerySupplyOfRequest);
    expect(router.find("/cosmos.bank.v1beta1.Query/Balance")).toBeUndefined();
    expect(router.routes()).toEqual([route]);
  });

  test.each<[string, string]>([
    ["an unknown method", "Supplies"],
    ["a method of other types", "Balance"],
  ])("takes no handler for %s", (_name, method) => {
    const error = caught(() => {
      new QueryRouter().add(bank.QueryService, new Map([[method, supplyOf]]));
    });
    expect(error).toBeInstanceOf(InvariantError);
  });

  test("takes one handler for a method", () => {
    const router = new QueryRouter();
    const handlers = new Map([["SupplyOf", supplyOf]]);
    router.add(bank.QueryService, handlers);
    const error = caught(() => {
      router.add(bank.QueryService, handlers);
    });
    expect(error).toBeInstanceOf(InvariantError);
  });
});
