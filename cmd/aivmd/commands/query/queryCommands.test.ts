import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { QueryQuoteRequest, QueryQuoteResponse } from "#core/codec/generated/aivm/inference/v1.js";
import {
  QueryKernelRequest,
  QueryKernelResponse,
  QueryVersionRequest,
  QueryVersionResponse,
} from "#core/codec/generated/aivm/kernel/v1.js";
import {
  QueryAllBalancesRequest,
  QueryAllBalancesResponse,
  QueryBalanceRequest,
  QueryBalanceResponse,
} from "#core/codec/generated/cosmos/bank/v1beta1.js";
import { coin } from "#core/primitives/coin.js";
import { toHex, utf8 } from "#core/primitives/bytes.js";
import { type CommandOutcome, runCommand } from "#test/harness/clientCommand.js";
import { FakeChainRpc, notFound } from "#test/harness/fakeChainRpc.js";
import { namedSigner } from "#test/harness/sdkClient.js";
import { registerQuery } from "./register.js";

let fake: FakeChainRpc;

beforeEach(async () => {
  fake = await FakeChainRpc.start();
});

afterEach(() => fake.close());

function query(...words: readonly string[]): Promise<CommandOutcome> {
  return runCommand(
    [registerQuery],
    ["query", ...words, "--home", "/nowhere", "--node", fake.server.url],
  );
}

const { address } = namedSigner("alice");
const BANK = "/cosmos.bank.v1beta1.Query";

describe("aivmd query", () => {
  it("asks a method with its arguments and prints what the answer is about", async () => {
    const codecs = { request: QueryBalanceRequest, response: QueryBalanceResponse };
    fake.answer(`${BANK}/Balance`, codecs, (request) => ({
      balance: coin(request.denom, request.address === address ? 7n : 0n),
    }));
    expect(await query("bank", "balance", address, "unes")).toEqual({
      code: 0,
      stdout: "7unes\n",
      stderr: "",
    });
  });

  it("prints the answer as proto JSON on demand", async () => {
    const codecs = { request: QueryBalanceRequest, response: QueryBalanceResponse };
    fake.answer(`${BANK}/Balance`, codecs, () => ({ balance: coin("unes", 7n) }));
    const { stdout } = await query("bank", "balance", address, "unes", "--output", "json");
    expect(JSON.parse(stdout)).toEqual({ balance: { denom: "unes", amount: "7" } });
  });

  it("takes a list as a flag that is repeated", async () => {
    const codecs = { request: QueryQuoteRequest, response: QueryQuoteResponse };
    const seen: number[][] = [];
    fake.answer("/aivm.inference.v1.Query/Quote", codecs, ({ inputBuckets, kernel }) => {
      seen.push([inputBuckets.length, ...inputBuckets]);
      expect(kernel).toBe("embedding");
      return QueryQuoteResponse.create({ price: coin("unes", 7n) });
    });
    const words = ["inference", "quote", "embedding", "--input-count", "2"];
    const flags = ["--input-buckets", "1", "--input-buckets", "0"];
    expect(await query(...words, ...flags)).toMatchObject({ code: 0, stderr: "" });
    expect(await query(...words)).toMatchObject({ code: 0, stderr: "" });
    expect(seen).toEqual([[2, 1, 0], [0]]);
    const wrong = await query(...words, "--input-buckets", "first");
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain("--input-buckets");
  });

  it("pages: sends the flags, and tells of the next page beside the answer", async () => {
    const codecs = { request: QueryAllBalancesRequest, response: QueryAllBalancesResponse };
    const seen: unknown[] = [];
    fake.answer(`${BANK}/AllBalances`, codecs, (request) => {
      seen.push(request.pagination);
      return {
        balances: [coin("uatom", 5n), coin("unes", 7n)],
        pagination: { nextKey: utf8("more"), total: 9n },
      };
    });
    const flags = ["--limit", "2", "--page-key", "AP8=", "--count-total", "--reverse"];
    const { stdout, stderr } = await query("bank", "balances", address, ...flags);
    expect(seen).toEqual([
      { key: Uint8Array.of(0, 255), offset: 0n, limit: 2n, countTotal: true, reverse: true },
    ]);
    expect(stdout).toBe("5uatom, 7unes\n");
    expect(stderr).toBe("9 in all\nmore follow: --page-key bW9yZQ==\n");
  });

  it("asks for the state of a height", async () => {
    const codecs = { request: QueryBalanceRequest, response: QueryBalanceResponse };
    const heights: bigint[] = [];
    fake.answer(`${BANK}/Balance`, codecs, (_, height) => {
      heights.push(height);
      return { balance: coin("unes", 7n) };
    });
    await query("bank", "balance", address, "unes", "--height", "2");
    expect(heights).toEqual([2n]);
  });

  it("takes digests in hex and shows them in hex", async () => {
    const id = new Uint8Array(32).fill(9);
    const codecs = { request: QueryVersionRequest, response: QueryVersionResponse };
    fake.answer("/aivm.kernel.v1.Query/Version", codecs, (request) => {
      const empty = QueryVersionResponse.create();
      return { version: { ...empty.version, id: request.id }, manifest: empty.manifest };
    });
    const { stdout } = await query("kernel", "version", toHex(id));
    expect(stdout).toContain(toHex(id));
  });

  it("says what does not exist, and ends with code 1", async () => {
    const codecs = { request: QueryKernelRequest, response: QueryKernelResponse };
    fake.answer("/aivm.kernel.v1.Query/Kernel", codecs, ({ name }) => {
      throw notFound(`kernel ${name}`);
    });
    expect(await query("kernel", "kernel", "digitz")).toEqual({
      code: 1,
      stdout: "",
      stderr: "error: client/4 not found: kernel digitz\n",
    });
  });

  it("says what to do when nothing answers", async () => {
    const dead = ["--home", "/nowhere", "--node", "tcp://127.0.0.1:1"];
    const { code, stderr } = await runCommand(
      [registerQuery],
      ["query", "bank", "params", ...dead],
    );
    expect(code).toBe(1);
    expect(stderr).toContain("nothing answers at http://127.0.0.1:1; is the node running");
  });

  it.each([
    [["bank", "balance", "nesa1x"], "missing required argument 'denom'"],
    [["inference", "request", "first"], "id: not a whole number"],
    [["inference", "quote", "digits", "--assurance", "some"], "--assurance: not one of"],
    [["bank", "balances", "x", "--page-key", "AA==", "--offset", "1"], "exclude each other"],
    [["tx", "abc"], "hash: not 64 hex digits: abc"],
    [["block", "0"], "height: not a whole number from 1"],
  ])("refuses %s with code 2 and asks nothing", async (words, problem) => {
    const { code, stderr } = await query(...words);
    expect(code).toBe(2);
    expect(stderr).toContain(problem);
    expect(fake.server.calls).toEqual([]);
  });
});
