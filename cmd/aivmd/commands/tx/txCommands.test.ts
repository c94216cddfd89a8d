import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { wire } from "#app/wiring.js";
import { MsgSend, MsgSendResponse } from "#core/codec/generated/cosmos/bank/v1beta1.js";
import { MsgDelegate } from "#core/codec/generated/cosmos/staking/v1beta1.js";
import { pack } from "#core/codec/typeRegistry.js";
import { formatAddress } from "#core/crypto/address.js";
import { sha256 } from "#core/crypto/hash.js";
import { utf8 } from "#core/primitives/bytes.js";
import { Keyring } from "#node/keyring/keyring.js";
import { noAggregator } from "#server/query/noAggregator.js";
import { type CommandOutcome, runCommand } from "#test/harness/clientCommand.js";
import { TxFault } from "#test/harness/fakeChain.js";
import { FakeChainRpc } from "#test/harness/fakeChainRpc.js";
import { LIGHT_CHAIN } from "#test/harness/lightChain.js";
import { namedSigner } from "#test/harness/sdkClient.js";
import { declareOption } from "./declareOption.js";
import { registerTx } from "./register.js";
import { exampleOf, splitSender, TX_GROUPS } from "./txCommands.js";

const ALICE = namedSigner("alice").address;
const BOB = namedSigner("bob").address;

let fake: FakeChainRpc;
let home: string;

beforeEach(async () => {
  fake = await FakeChainRpc.start();
  home = mkdtempSync(join(tmpdir(), "aivm-tx-"));
  const keyring = Keyring.open(home, "test", () => Promise.resolve(""));
  await keyring.add("alice", sha256(utf8("alice")));
  fake.chain.fund(ALICE, 3n);
  // Whoever waits for a block asks how high the chain is: that makes the next one.
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

const KEYS = ["--keyring-backend", "test", "--chain-id", LIGHT_CHAIN];

function tx(...words: readonly string[]): Promise<CommandOutcome> {
  const place = ["--home", home, "--node", fake.server.url, ...KEYS];
  return runCommand([registerTx], ["tx", ...words, ...place]);
}

/** Lets the chain take transfers; gives those that it took. */
function takeSends(): MsgSend[] {
  const taken: MsgSend[] = [];
  fake.chain.messages.set(MsgSend.typeUrl, (value) => {
    taken.push(MsgSend.decode(value));
    return { response: pack(MsgSendResponse, {}) };
  });
  return taken;
}

describe("the tables of transactions", () => {
  it("have every message that the chain takes", () => {
    const wiring = wire({ aggregator: noAggregator, minGasPrices: [], onFault: () => undefined });
    const names = TX_GROUPS.flatMap(({ name, commands }) =>
      commands.map((command) => `${name} ${command.name}`),
    );
    expect(names).toEqual([
      "bank send",
      "bank multi-send",
      "staking create-validator",
      "staking register-provider",
      "staking delegate",
      "staking unbond",
      "staking cancel-unbond",
      "staking unjail",
      "slashing unjail",
      "distribution withdraw-rewards",
      "distribution withdraw-all-rewards",
      "kernel create-artifact",
      "kernel upload-chunk",
      "kernel release-artifact",
      "kernel publish-version",
      "kernel deprecate-version",
      "kernel set-head",
      "kernel transfer",
      "kernel take-down",
      "kernel set-access",
      "kernel set-royalty",
      "kernel set-price",
      "kernel start-shadow",
      "kernel stop-shadow",
      "kernel set-shadow-policy",
      "inference request",
      "inference challenge",
    ]);
    // A message that is new needs a command: this is how one notices.
    expect(wiring.modules.msgs.routes().map(({ codec }) => codec.typeName)).toHaveLength(25);
  });

  it("show the example in the help of every command", async () => {
    for (const { name, commands } of TX_GROUPS) {
      for (const command of commands) {
        const help = await runCommand([registerTx], ["tx", name, command.name, "--help"]);
        expect(help.code).toBe(0);
        expect(help.stdout).toContain(exampleOf(name, command));
      }
    }
  });
});

describe("aivmd tx", () => {
  it("signs, sends, waits for the block and prints what became of it", async () => {
    const taken = takeSends();
    const { code, stdout, stderr } = await tx("bank", "send", BOB, "1.5nes", "--note", "hello");
    expect([code, stderr]).toEqual([0, ""]);
    expect(taken).toEqual([
      { fromAddress: ALICE, toAddress: BOB, amount: [{ denom: "unes", amount: "1500000" }] },
    ]);
    expect(stdout).toMatch(/^code +0\nheight +3\nhash +[0-9A-F]{64}\ngas +50000 used of 70000\n$/);
  });

  it("prints Cosmos' transaction response on demand", async () => {
    takeSends();
    const { stdout } = await tx("bank", "send", "alice", BOB, "5unes", "-o", "json");
    const response = JSON.parse(stdout) as Record<string, unknown>;
    expect(response).toMatchObject({ height: "3", code: 0, gas_wanted: "70000" });
    expect(response["tx"]).toMatchObject({
      "@type": "/cosmos.tx.v1beta1.Tx",
      body: { messages: [{ "@type": "/cosmos.bank.v1beta1.MsgSend", to_address: BOB }] },
    });
  });

  it("ends with code 1 and the chain's sentence when a block refuses it", async () => {
    fake.chain.messages.set(MsgSend.typeUrl, () => {
      throw new TxFault("sdk", 5, "spendable balance 3unes is smaller than 5unes");
    });
    const { code, stdout, stderr } = await tx("bank", "send", BOB, "5unes", "--from", "alice");
    expect(code).toBe(1);
    expect(stdout).toContain("sdk/5 spendable balance 3unes is smaller than 5unes");
    expect(stderr).toBe("error: sdk/5 spendable balance 3unes is smaller than 5unes\n");
  });

  it("ends with code 1 when the node's check refuses it, and nothing is in a block", async () => {
    fake.chain.beforeCheck = () => {
      throw new TxFault("sdk", 13, "insufficient fees; got: 1unes required: 9unes");
    };
    const { code, stdout, stderr } = await tx("bank", "send", BOB, "5unes", "--fees", "1unes");
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toBe("error: sdk/13 insufficient fees; got: 1unes required: 9unes\n");
    expect(fake.chain.txs.size).toBe(0);
  });

  it("returns after the node's check on demand", async () => {
    takeSends();
    const { stdout } = await tx("bank", "send", BOB, "5unes", "-b", "sync", "-o", "json");
    expect(JSON.parse(stdout)).toMatchObject({ code: 0, height: "0" });
    expect([fake.chain.mempoolSize, fake.chain.txs.size]).toEqual([1, 0]);
  });

  it("prints the gas of a dry run and sends nothing", async () => {
    const { code, stdout } = await tx("bank", "send", BOB, "5unes", "--dry-run");
    expect([code, stdout]).toEqual([0, "gas estimate: 50000\n"]);
    expect(fake.server.callsOf("broadcast_tx_sync")).toEqual([]);
  });

  it("generates for an account whose key it lacks, and sends nothing", async () => {
    const operator = formatAddress("operator", new Uint8Array(20) as never);
    const words = ["staking", "delegate", operator, "5unes", "--from", BOB];
    const flags = ["--generate-only", "--gas", "99", "--fees", "7unes", "--timeout-height", "50"];
    const { code, stdout } = await tx(...words, ...flags);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      body: {
        messages: [
          {
            "@type": MsgDelegate.typeUrl,
            delegator_address: BOB,
            validator_address: operator,
            amount: { denom: "unes", amount: "5" },
          },
        ],
        timeout_height: "50",
      },
      auth_info: { signer_infos: [], fee: { amount: [{ amount: "7" }], gas_limit: "99" } },
      signatures: [],
    });
    expect(fake.server.callsOf("broadcast_tx_sync")).toEqual([]);
  });

  it("honours gas, price and timeout height", async () => {
    takeSends();
    const seen: unknown[] = [];
    fake.chain.beforeCheck = ({ timeoutHeight }, { fee }) => {
      seen.push({ timeoutHeight, gasLimit: fee?.gasLimit, amount: fee?.amount });
    };
    const flags = ["--gas-prices", "0.5unes", "--gas-adjustment", "2", "--timeout-height", "77"];
    await tx("bank", "send", BOB, "5unes", ...flags);
    await tx("bank", "send", BOB, "5unes", "--gas", "60000", "--fees", "9unes,8uatom");
    expect(seen).toEqual([
      { timeoutHeight: 77n, gasLimit: 100_000n, amount: [{ denom: "unes", amount: "50000" }] },
      {
        timeoutHeight: 103n,
        gasLimit: 60_000n,
        amount: [
          { denom: "uatom", amount: "8" },
          { denom: "unes", amount: "9" },
        ],
      },
    ]);
  });

  it.each([
    ["a bad amount", ["bank", "send", BOB, "five"], "amount: not an amount"],
    ["a word too many", ["bank", "send", "alice", BOB, BOB, "5unes"], "expected <to> <amount>"],
    [
      "both fee flags",
      ["bank", "send", BOB, "5unes", "--fees", "1unes", "--gas-prices", "1unes"],
      "exclude",
    ],
    ["two notes", ["bank", "send", BOB, "5unes", "--memo", "a", "--note", "b"], "the same"],
    ["gas that is none", ["bank", "send", BOB, "5unes", "--gas", "much"], "auto or a whole number"],
    ["an adjustment below 1", ["bank", "send", BOB, "5unes", "--gas-adjustment", "0.9"], "from 1"],
    [
      "a foreign key without --generate-only",
      ["bank", "send", BOB, "5unes", "--from", BOB],
      "has no key",
    ],
    ["no input", ["inference", "request", "digits"], "an input is needed"],
    [
      "an input that is no JSON",
      ["inference", "request", "digits", "--input-json", "{"],
      "not JSON",
    ],
    [
      "an input that is a list of lists",
      ["inference", "request", "digits", "--input-json", "[[1]]"],
      "but a list",
    ],
    [
      "an unknown assurance",
      ["inference", "request", "digits", "--input-json", "{}", "--assurance", "x"],
      "neither committee nor full",
    ],
    [
      "a request that is no number",
      ["inference", "challenge", "x"],
      "request-id: not a whole number",
    ],
    [
      "an index that is no number",
      ["kernel", "upload-chunk", "FILE", "x"],
      "index: not a whole number",
    ],
    [
      "a validator without a name",
      ["staking", "create-validator", "--amount", "5unes"],
      "--moniker is needed",
    ],
  ])("refuses %s with code 2 and sends nothing", async (_, words, problem) => {
    const file = join(home, "artifact");
    writeFileSync(file, "bytes");
    const { code, stderr } = await tx(...words.map((word) => (word === "FILE" ? file : word)));
    expect(stderr).toContain(problem);
    expect(code).toBe(2);
    expect(fake.server.callsOf("broadcast_tx_sync")).toEqual([]);
  });

  it.each([
    ["an address that is none", ["bank", "send", "nesa1x", "5unes"], "sdk/7"],
    [
      "an operator that is an account",
      ["staking", "delegate", ALICE, "5unes"],
      "its prefix is not nesavaloper",
    ],
    ["a digest that is too short", ["kernel", "release-artifact", "aabb"], "kernel/100"],
    [
      "a key that is not there",
      ["bank", "send", BOB, "5unes", "--from", "carol"],
      "no key called carol",
    ],
  ])("refuses %s with the error of the chain, and sends nothing", async (_, words, problem) => {
    const { code, stderr } = await tx(...words);
    expect(stderr).toContain(problem);
    expect(code).toBe(1);
    expect(fake.server.callsOf("broadcast_tx_sync")).toEqual([]);
  });

  it("refuses to sign for another chain than the node serves", async () => {
    const words = ["bank", "send", BOB, "5unes"];
    const { code, stderr } = await runCommand(
      [registerTx],
      [
        "tx",
        ...words,
        "--home",
        home,
        "--node",
        fake.server.url,
        "--keyring-backend",
        "test",
        "--chain-id",
        "other-1",
      ],
    );
    expect(code).toBe(1);
    expect(stderr).toContain(`client/3 the node serves the chain ${LIGHT_CHAIN}, not other-1`);
    expect(fake.server.callsOf("broadcast_tx_sync")).toEqual([]);
  });

  it("names the keys when it does not know which one is meant", async () => {
    const keyring = Keyring.open(home, "test", () => Promise.resolve(""));
    await keyring.add("bob", sha256(utf8("bob")));
    const { code, stderr } = await tx("bank", "send", BOB, "5unes");
    expect(code).toBe(2);
    expect(stderr).toContain("--from is needed: one of alice, bob");
  });
});

describe("an option that may be repeated", () => {
  it("takes one word each time, so that an argument may follow", () => {
    const command = new Command().argument("<kernel>");
    declareOption(command, "--input <file...>", "inputs");
    command.parse(["--input", "a", "--input", "b", "digits"], { from: "user" });
    expect([command.opts(), command.args]).toEqual([{ input: ["a", "b"] }, ["digits"]]);
  });
});

describe("the sender among the words", () => {
  const send = {
    leadingSender: true,
    args: [
      ["<to>", ""],
      ["<amount>", ""],
    ],
  } as const;
  const many = {
    leadingSender: true,
    args: [
      ["<to...>", ""],
      ["<amount>", ""],
    ],
  } as const;

  it.each([
    { title: "leads as in Cosmos", command: send, flag: undefined, words: ["a", "b", "1unes"] },
    { title: "is a flag", command: send, flag: "a", words: ["b", "1unes"] },
    { title: "leads receivers", command: many, flag: undefined, words: ["a", "b", "c", "1unes"] },
    { title: "is a flag before receivers", command: many, flag: "a", words: ["b", "c", "1unes"] },
  ])("$title", ({ command, flag, words }) => {
    const args = flag === undefined ? words.slice(1) : words;
    expect(splitSender(command, flag, words)).toEqual({ from: "a", args });
  });
});
