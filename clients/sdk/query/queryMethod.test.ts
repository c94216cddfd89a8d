import { afterEach, beforeEach, describe, expect, expectTypeOf, test } from "vitest";
import {
  type Kernel,
  QueryKernelRequest,
  QueryKernelResponse,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { ConfigRequest, ConfigResponse } from "#core/codec/generated/cosmos/base/node/v1beta1.js";
import { Kernel as KernelCodec } from "#core/codec/generated/aivm/kernel/v1.js";
import * as aivmInference from "#core/codec/generated/aivm/inference/v1.js";
import * as aivmKernel from "#core/codec/generated/aivm/kernel/v1.js";
import * as aivmReward from "#core/codec/generated/aivm/reward/v1.js";
import * as aivmStaking from "#core/codec/generated/aivm/staking/v1.js";
import * as auth from "#core/codec/generated/cosmos/auth/v1beta1.js";
import * as bank from "#core/codec/generated/cosmos/bank/v1beta1.js";
import * as node from "#core/codec/generated/cosmos/base/node/v1beta1.js";
import * as distribution from "#core/codec/generated/cosmos/distribution/v1beta1.js";
import * as slashing from "#core/codec/generated/cosmos/slashing/v1beta1.js";
import * as staking from "#core/codec/generated/cosmos/staking/v1beta1.js";
import { FakeChainRpc, notFound, QueryFault } from "#test/harness/fakeChainRpc.js";
import { RawAnswer } from "#test/harness/rpcServer.js";
import { httpTransport } from "../rpc/httpTransport.js";
import type { RpcTransport } from "../rpc/transport.js";
import { nodeGasPrice } from "../tx/nodeGasPrice.js";
import { callQuery } from "./callQuery.js";
import { queryMethod } from "./queryMethod.js";
import * as services from "./services.js";
import type { MethodName, TypedService } from "./services.js";

const { KERNEL_QUERIES } = services;
const PATH = "/aivm.kernel.v1.Query/Kernel";
const CODECS = { request: QueryKernelRequest, response: QueryKernelResponse };
const CONFIG = "/cosmos.base.node.v1beta1.Service/Config";
const CONFIG_CODECS = { request: ConfigRequest, response: ConfigResponse };

let fake: FakeChainRpc;
let rpc: RpcTransport;

beforeEach(async () => {
  fake = await FakeChainRpc.start();
  rpc = httpTransport(fake.server.url);
  fake.answer(PATH, CODECS, ({ name }, height) => ({
    kernel: KernelCodec.create({ id: height, name }),
  }));
});

afterEach(async () => {
  await fake.close();
});

function ask(name = "digits"): Promise<{ kernel: Kernel }> {
  return queryMethod(rpc, { service: KERNEL_QUERIES, method: "Kernel", request: { name } });
}

describe("a query", () => {
  test("is typed by the service: method, request and response", async () => {
    const { kernel } = await ask();
    expect(kernel).toMatchObject({ name: "digits", id: 2n });
    const call = {
      service: KERNEL_QUERIES,
      method: "Kernel",
      request: { name: "digits" },
    } as const;
    expectTypeOf(await queryMethod(rpc, call)).toEqualTypeOf<QueryKernelResponse>();
    type Call = Parameters<typeof queryMethod<typeof aivmKernel, "Query", "Kernel">>[1];
    expectTypeOf<"Kernel">().toExtend<MethodName<typeof aivmKernel, "Query">>();
    expectTypeOf<"Kernelz">().not.toExtend<MethodName<typeof aivmKernel, "Query">>();
    expectTypeOf<{ name: string }>().toExtend<Call["request"]>();
    expectTypeOf<{ name: number }>().not.toExtend<Call["request"]>();
  });

  test("asks for the state of a height", async () => {
    const call = { service: KERNEL_QUERIES, method: "Kernel", request: { name: "x" } } as const;
    expect((await queryMethod(rpc, call, { height: 1n })).kernel.id).toBe(1n);
  });

  test("of a method that the service does not have is refused without asking", async () => {
    const call = { service: KERNEL_QUERIES, method: "Nothing" as "Kernel", request: {} };
    await expect(queryMethod(rpc, call)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    expect(fake.server.calls).toEqual([]);
  });

  test.each([
    ["what is not there", notFound("kernel digits"), "NOT_FOUND"],
    [
      "gRPC's NotFound under another code",
      new QueryFault("sdk", 6, "rpc error: code = NotFound desc = x"),
      "NOT_FOUND",
    ],
    ["the code in another codespace", new QueryFault("kernel", 22, "parent"), "QUERY_FAILED"],
    [
      "a height that was pruned",
      new QueryFault("sdk", 26, "the height was pruned"),
      "QUERY_FAILED",
    ],
  ])("that is answered with %s fails with its path", async (_, fault, code) => {
    fake.answer(PATH, CODECS, () => {
      throw fault;
    });
    await expect(ask()).rejects.toMatchObject({
      code,
      facts: { path: PATH, log: fault.message },
    });
  });

  test("whose answer does not decode is malformed", async () => {
    fake.server.handlers.set("abci_query", () => ({
      response: { code: 0, log: "", value: "/////w==", height: "3", codespace: "" },
    }));
    await expect(ask()).rejects.toMatchObject({
      code: "RPC_MALFORMED",
      facts: { method: PATH },
      cause: { codespace: "codec" },
    });
  });

  test("gives the height of the state with the low-level call", async () => {
    const { height, response } = await callQuery(rpc, { path: PATH, ...CODECS }, { name: "y" });
    expect(height).toBe(2n);
    expect(response.kernel.name).toBe("y");
  });
});

describe("the types of a service", () => {
  const packages: ReadonlyArray<readonly [TypedService<object, string>, object, string]> = [
    [services.INFERENCE_QUERIES, aivmInference, "Query"],
    [services.KERNEL_QUERIES, aivmKernel, "Query"],
    [services.REWARD_QUERIES, aivmReward, "Query"],
    [services.PROVIDER_QUERIES, aivmStaking, "Query"],
    [services.AUTH_QUERIES, auth, "Query"],
    [services.BANK_QUERIES, bank, "Query"],
    [services.STAKING_QUERIES, staking, "Query"],
    [services.SLASHING_QUERIES, slashing, "Query"],
    [services.DISTRIBUTION_QUERIES, distribution, "Query"],
    [services.NODE_QUERIES, node, ""],
  ];

  test.each(packages)(
    "offer methods that there are, with their messages: %#",
    (service, all, prefix) => {
      const messages = all as Readonly<Record<string, unknown>>;
      const requests = Object.keys(messages).filter(
        (name) => /Request$/.test(name) && name.startsWith(prefix),
      );
      expect(requests.length).toBeGreaterThan(0);
      for (const request of requests) {
        const name = request.slice(prefix.length, -"Request".length);
        const method = service.methods.find((one) => one.name === name);
        expect(method?.request, request).toBe(messages[request]);
        expect(method?.response, request).toBe(messages[`${prefix}${name}Response`]);
      }
    },
  );
});

describe("the gas price of the node", () => {
  test.each([
    ["0.025unes", 25_000_000_000_000_000n],
    ["0.01unes,1uatom", 10_000_000_000_000_000n],
  ])("%s is the first of what it asks for", async (minimumGasPrice, amountDec) => {
    fake.answer(CONFIG, CONFIG_CODECS, () => ({ minimumGasPrice }));
    expect(await nodeGasPrice(rpc)).toEqual({ denom: "unes", amountDec });
  });

  test("is none when it asks for none or does not say", async () => {
    expect(await nodeGasPrice(rpc)).toBeUndefined();
    fake.answer(CONFIG, CONFIG_CODECS, () => ({ minimumGasPrice: "" }));
    expect(await nodeGasPrice(rpc)).toBeUndefined();
  });

  test("is unknown, and not none, when the node cannot say it now", async () => {
    fake.answer(CONFIG, CONFIG_CODECS, () => {
      throw new QueryFault("sdk", 26, "the chain has no block yet");
    });
    await expect(nodeGasPrice(rpc)).rejects.toMatchObject({ code: "QUERY_FAILED" });
  });

  test("is unknown when the endpoint fails", async () => {
    fake.server.handlers.set("abci_query", () => {
      throw new RawAnswer(404, "no");
    });
    await expect(nodeGasPrice(rpc)).rejects.toMatchObject({ code: "RPC_HTTP_STATUS" });
  });
});
