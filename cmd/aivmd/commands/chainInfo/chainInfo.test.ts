import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ConfigRequest, ConfigResponse } from "#core/codec/generated/cosmos/base/node/v1beta1.js";
import { type CommandOutcome, runCommand } from "#test/harness/clientCommand.js";
import { FakeChainRpc } from "#test/harness/fakeChainRpc.js";
import { LIGHT_CHAIN } from "#test/harness/lightChain.js";
import { registerChainInfo } from "./register.js";

let fake: FakeChainRpc;
let rest: Server;
let network: string | undefined;
let minimumGasPrice: string;

beforeEach(async () => {
  fake = await FakeChainRpc.start();
  [network, minimumGasPrice] = [LIGHT_CHAIN, "0.001unes"];
  fake.answer(
    "/cosmos.base.node.v1beta1.Service/Config",
    { request: ConfigRequest, response: ConfigResponse },
    () => ({ minimumGasPrice }),
  );
  rest = createServer(({ url = "" }, response) => {
    if (url.endsWith("/node_info")) {
      response.end(JSON.stringify({ default_node_info: { network } }));
    } else {
      response.writeHead(url.includes("/spendable_balances/") ? 400 : 501).end();
    }
  }).listen(0, "127.0.0.1");
  await once(rest, "listening");
});

afterEach(async () => {
  rest.close();
  await fake.close();
});

const restUrl = (): string =>
  `http://127.0.0.1:${(rest.address() as { readonly port: number }).port}`;

function chainInfo(...words: readonly string[]): Promise<CommandOutcome> {
  const place = ["--home", "/none", "--node", fake.server.url, "--rest", restUrl()];
  return runCommand([registerChainInfo], ["chain-info", ...place, ...words]);
}

async function printed(...words: readonly string[]): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await chainInfo(...words);
  expect([code, stderr]).toEqual([0, ""]);
  return JSON.parse(stdout) as Record<string, unknown>;
}

const NES = { coinDenom: "NES", coinMinimalDenom: "unes", coinDecimals: 6 };

describe("aivmd chain-info", () => {
  test("prints every field that Keplr's schema demands, and no other", async () => {
    expect(await printed()).toEqual({
      chainId: LIGHT_CHAIN,
      chainName: LIGHT_CHAIN,
      rpc: fake.server.url,
      rest: restUrl(),
      bip44: { coinType: 118 },
      bech32Config: {
        bech32PrefixAccAddr: "nesa",
        bech32PrefixAccPub: "nesapub",
        bech32PrefixValAddr: "nesavaloper",
        bech32PrefixValPub: "nesavaloperpub",
        bech32PrefixConsAddr: "nesavalcons",
        bech32PrefixConsPub: "nesavalconspub",
      },
      currencies: [NES],
      feeCurrencies: [{ ...NES, gasPriceStep: { low: 0.001, average: 0.0015, high: 0.002 } }],
      stakeCurrency: NES,
      features: ["query:/cosmos/bank/v1beta1/spendable_balances"],
    });
  });

  test("has a step of 0 where the node asks for no fee, and a currency for each price", async () => {
    minimumGasPrice = "";
    expect(await printed()).toMatchObject({
      feeCurrencies: [{ ...NES, gasPriceStep: { low: 0, average: 0, high: 0 } }],
    });
    minimumGasPrice = "0.1uatom,0.000000000000000001unes";
    const atom = { coinDenom: "uatom", coinMinimalDenom: "uatom", coinDecimals: 0 };
    expect(await printed()).toMatchObject({
      currencies: [NES, atom],
      feeCurrencies: [
        { ...atom, gasPriceStep: { low: 0.1, average: 0.15, high: 0.2 } },
        // Steps never fall, however small they are.
        { ...NES, gasPriceStep: { low: 1e-18, average: 2e-18, high: 2e-18 } },
      ],
    });
  });

  test("takes the URLs that browsers reach it by, and its name", async () => {
    const words = ["--public-rpc", "https://rpc.example.com/", "--name", "Nesa"];
    expect(await printed(...words, "--public-rest", "https://rest.example.com")).toMatchObject({
      chainName: "Nesa",
      rpc: "https://rpc.example.com",
      rest: "https://rest.example.com",
    });
  });

  test("warns where the REST door does not answer, or is none", async () => {
    const words = ["--rest", "http://127.0.0.1:1"];
    const { code, stdout, stderr } = await chainInfo(...words);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ rest: "http://127.0.0.1:1", features: [] });
    expect(stderr).toContain("warning: nothing answers at http://127.0.0.1:1");
    network = undefined;
    expect((await chainInfo()).stderr).toContain(
      `warning: ${restUrl()} answers, but not as a REST door of a Cosmos chain`,
    );
  });
});

describe("it refuses", () => {
  test("a REST door of another chain", async () => {
    network = "other-1";
    const { code, stdout, stderr } = await chainInfo();
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain("client/3 the node serves the chain other-1, not light-1");
  });

  test("a node that does not answer", async () => {
    const { code, stderr } = await chainInfo("--node", "127.0.0.1:1");
    expect([code, stderr.includes("client/2 nothing answers")]).toEqual([1, true]);
  });

  test.each([
    [["--public-rest", "rest.example.com"], "must be a URL"],
    [["--public-rpc", "https://rpc.example.com?key=1"], "without a query"],
    [["--rest", "ftp://x"], "must be a URL"],
    [["--name", "x".repeat(31)], "1 to 30 characters"],
    [["--name", ""], "1 to 30 characters"],
  ])("%j", async (words, problem) => {
    const { code, stdout, stderr } = await chainInfo(...words);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(problem);
  });
});
