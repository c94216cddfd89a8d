import { EventEmitter, once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { MsgSend, MsgSendResponse } from "#core/codec/generated/cosmos/bank/v1beta1.js";
import {
  QueryBalanceRequest,
  QueryBalanceResponse,
} from "#core/codec/generated/cosmos/bank/v1beta1.js";
import { pack } from "#core/codec/typeRegistry.js";
import { sha256 } from "#core/crypto/hash.js";
import { coin } from "#core/primitives/coin.js";
import { utf8 } from "#core/primitives/bytes.js";
import { Keyring } from "#node/keyring/keyring.js";
import { run } from "#cmd/aivmd/run.js";
import { type CommandOutcome, runCommand } from "#test/harness/clientCommand.js";
import { FakeChainRpc } from "#test/harness/fakeChainRpc.js";
import { LIGHT_CHAIN } from "#test/harness/lightChain.js";
import { namedSigner } from "#test/harness/sdkClient.js";
import { ANY_CHAIN_FLAG } from "./errors.js";
import { registerFaucet } from "./register.js";

const FAUCET = namedSigner("alice").address;
const BOB = namedSigner("bob").address;

let fake: FakeChainRpc;
let home: string;

beforeEach(async () => {
  fake = await FakeChainRpc.start();
  home = mkdtempSync(join(tmpdir(), "aivm-faucet-"));
  await Keyring.open(home, "test", () => Promise.resolve("")).add("alice", sha256(utf8("alice")));
  fake.chain.fund(FAUCET, 3n);
  fake.answer(
    "/cosmos.bank.v1beta1.Query/Balance",
    { request: QueryBalanceRequest, response: QueryBalanceResponse },
    ({ denom }) => ({ balance: coin(denom, 20_000_000n) }),
  );
  fake.chain.messages.set(MsgSend.typeUrl, () => ({ response: pack(MsgSendResponse, {}) }));
  const status = fake.server.handlers.get("status")!;
  fake.server.handlers.set("status", (params) => {
    if (fake.chain.mempoolSize > 0) fake.makeBlock();
    return status(params);
  });
});

afterEach(async () => {
  await fake.close();
  rmSync(home, { recursive: true });
});

function words(...more: readonly string[]): string[] {
  const place = ["--home", home, "--node", fake.server.url, "--keyring-backend", "test"];
  return ["faucet", ...place, "--listen", "127.0.0.1:0", ...more];
}

const ON_LIGHT_CHAIN = ["--chain-id", LIGHT_CHAIN, ANY_CHAIN_FLAG];

/** A faucet that runs in this process, until it is sent a signal. */
class RunningFaucet {
  readonly code: Promise<number>;
  readonly signals = Object.assign(new EventEmitter(), {
    exit: (code: number): void => {
      throw new Error(`ended with ${code}`);
    },
  });
  readonly log: Array<Record<string, unknown>> = [];
  readonly #lines = new EventEmitter();

  constructor(argv: readonly string[]) {
    const stdout = {
      write: (text: string): void => {
        this.log.push(JSON.parse(text) as Record<string, unknown>);
        this.#lines.emit("line");
      },
    };
    const stderr = { write: (): boolean => true };
    const io = { environment: {}, stdin: new PassThrough().end(), stdout, stderr };
    this.code = run(argv, { ...io, signals: this.signals }, [registerFaucet]);
  }

  async url(): Promise<string> {
    if (this.log.length === 0) await once(this.#lines, "line");
    return String(this.log[0]!["url"]);
  }
}

describe("aivmd faucet", () => {
  test("pays, tells how it is, logs JSON, and stops in order on SIGTERM", async () => {
    const faucet = new RunningFaucet(words(...ON_LIGHT_CHAIN));
    const url = await faucet.url();
    const body = JSON.stringify({ address: BOB, denom: "unes" });
    const answer = await fetch(`${url}/credit`, { method: "POST", body });
    expect(await answer.json()).toEqual({
      address: BOB,
      amount: { denom: "unes", amount: "10000000" },
      txhash: expect.stringMatching(/^[0-9A-F]{64}$/) as string,
      height: "3",
    });
    const status = await fetch(`${url}/status`);
    expect(await status.json()).toEqual({
      status: "ok",
      chainId: LIGHT_CHAIN,
      chainTokens: ["unes"],
      availableTokens: ["unes"],
      holder: { address: FAUCET, balance: [{ denom: "unes", amount: "20000000" }] },
      distributors: [],
      amount: { denom: "unes", amount: "10000000" },
      waiting: 0,
    });
    const again = await fetch(`${url}/credit`, { method: "POST", body });
    expect(again.status).toBe(429);
    faucet.signals.emit("SIGTERM", "SIGTERM");
    expect(await faucet.code).toBe(0);
    expect(faucet.log.map(({ msg, code }) => [msg, code])).toEqual([
      ["the faucet serves", undefined],
      ["credited", undefined],
      ["a credit was refused", "rate_limited"],
      ["the faucet stops", undefined],
    ]);
    await expect(fetch(`${url}/status`)).rejects.toThrow("fetch failed");
  });

  test("tells that its node is away, and goes on", async () => {
    const faucet = new RunningFaucet(words(...ON_LIGHT_CHAIN));
    const url = await faucet.url();
    await fake.server.close();
    const status = await fetch(`${url}/status`);
    expect([status.status, status.headers.get("retry-after")]).toEqual([503, "5"]);
    const credit = await fetch(`${url}/credit`, {
      method: "POST",
      body: JSON.stringify({ address: BOB }),
    });
    expect(await credit.json()).toMatchObject({ code: "node_unreachable", retry_after_s: 5 });
    faucet.signals.emit("SIGINT", "SIGINT");
    expect(await faucet.code).toBe(0);
    fake = await FakeChainRpc.start();
  });
});

describe("it does not start", () => {
  const refused = (...more: readonly string[]): Promise<CommandOutcome> =>
    runCommand([registerFaucet], words(...more));

  test("on a chain that does not look like a test network", async () => {
    const { code, stderr } = await refused("--chain-id", LIGHT_CHAIN);
    expect(code).toBe(1);
    expect(stderr).toContain("error: faucet/2 light-1 does not look like a test network");
    expect(stderr).toContain(ANY_CHAIN_FLAG);
    expect(fake.server.calls).toEqual([]);
  });

  test("against a node of another chain than it was told", async () => {
    const { code, stderr } = await refused("--chain-id", "other-test-1");
    expect([code, stderr]).toEqual([
      1,
      "error: client/3 the node serves the chain light-1, not other-test-1; name it by --chain-id, or another node by --node\n",
    ]);
  });

  test("where somebody else listens", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const address = other.address() as { readonly port: number };
    const listen = `127.0.0.1:${address.port}`;
    const { code, stderr } = await refused(...ON_LIGHT_CHAIN, "--listen", listen);
    expect(code).toBe(1);
    expect(stderr).toContain(`error: faucet/3 cannot listen on ${listen}: listen EADDRINUSE`);
    other.close();
  });

  test.each([
    [["--amount", "0unes"], "nothing would be sent"],
    [["--amount", "ten"], "not an amount"],
    [["--listen", "here"], "must be an address"],
    [["--trusted-proxies", "10.0.0.0/33"], "neither an IP address nor a network"],
    [["--trusted-proxies", "proxy.example"], "neither an IP address nor a network"],
    [["--window", "0"], "whole number from 1"],
    [["--per-ip", "many"], "whole number from 1"],
  ])("with %j", async (flags, words) => {
    const { code, stderr } = await refused(...ON_LIGHT_CHAIN, ...flags);
    expect([code, stderr.includes(words), stderr]).toEqual([2, true, stderr]);
  });

  test("for a key that it has not", async () => {
    const { code, stderr } = await refused(...ON_LIGHT_CHAIN, "--from", BOB);
    expect(code).toBe(2);
    expect(stderr).toContain("no key");
  });
});
