import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MsgRegisterProvider } from "#core/codec/generated/aivm/staking/v1.js";
import { MsgMultiSend } from "#core/codec/generated/cosmos/bank/v1beta1.js";
import { PubKey } from "#core/codec/generated/cosmos/crypto/ed25519.js";
import {
  MsgCancelUnbondingDelegation,
  MsgCreateValidator,
} from "#core/codec/generated/cosmos/staking/v1beta1.js";
import type { PackedMessage } from "#core/codec/typeRegistry.js";
import { vrfVerify } from "#core/crypto/ecvrf.js";
import { toBase64 } from "#core/primitives/bytes.js";
import { possessionInput } from "#modules/staking/types/provider.js";
import { homePaths } from "#node/home/homePaths.js";
import { createProviderKey, writeProviderKey } from "#node/home/providerKey.js";
import { formatAddress, parseAddress } from "#core/crypto/address.js";
import { namedSigner } from "#test/harness/sdkClient.js";
import { caught } from "#test/harness/caught.js";
import { wrongUse } from "../../errors.js";
import { coinsText, readCoins } from "./amounts.js";
import { TX_GROUPS } from "./txCommands.js";
import type { MessageSource } from "./txTable.js";

const ALICE = namedSigner("alice").address;
const BOB = namedSigner("bob").address;
const CAROL = namedSigner("carol").address;
const OPERATOR = formatAddress("operator", parseAddress("account", ALICE));
const KEY = new Uint8Array(32).fill(7);

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "aivm-msgs-"));
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

async function build(
  group: string,
  name: string,
  args: readonly string[],
  flags: MessageSource["flags"] = {},
): Promise<PackedMessage[]> {
  const commands = TX_GROUPS.find((one) => one.name === group)!.commands;
  const sender = {
    address: parseAddress("account", ALICE),
    account: ALICE,
    operator: OPERATOR,
    key: undefined,
    signer: undefined,
    wallet: undefined,
  };
  // What builders read of a session.
  const session = { home: homePaths(root), chainId: "aivm-test-1" } as never;
  const source = { session, sender, rpc: undefined as never, args, flags };
  return commands.find((one) => one.name === name)!.build(source);
}

describe("amounts", () => {
  it.each([
    ["5unes", "5unes"],
    ["1.5nes", "1500000unes"],
    ["0.000001NES", "1unes"],
    ["7unes, 5uatom", "5uatom,7unes"],
  ])("reads %s as %s", (text, coins) => {
    expect(coinsText(readCoins(text, "amount"))).toBe(coins);
  });

  it.each([
    ["", "not an amount"],
    ["5", "not an amount"],
    ["0.0000001nes", "not an amount"],
    ["1.5unes", "not an amount"],
    ["-1unes", "not an amount"],
    ["1unes,2unes", "unes twice"],
  ])("refuses %s", (text, problem) => {
    const error = caught(() => readCoins(text, "--fees"));
    expect(wrongUse.is(error)).toBe(true);
    expect((error as Error).message).toContain(`--fees: `);
    expect((error as Error).message).toContain(problem);
  });
});

describe("multi-send", () => {
  it("sends each receiver the amount", async () => {
    const [message] = await build("bank", "multi-send", [BOB, CAROL, "5unes"]);
    expect(MsgMultiSend.decode(message!.value)).toEqual({
      inputs: [{ address: ALICE, coins: [{ denom: "unes", amount: "10" }] }],
      outputs: [BOB, CAROL].map((address) => ({
        address,
        coins: [{ denom: "unes", amount: "5" }],
      })),
    });
  });

  it("shares an amount, and sends nothing of what cannot be shared", async () => {
    const [message] = await build("bank", "multi-send", [BOB, CAROL, "7unes"], { split: true });
    expect(MsgMultiSend.decode(message!.value).inputs[0]!.coins).toEqual([
      { denom: "unes", amount: "6" },
    ]);
    await expect(
      build("bank", "multi-send", [BOB, CAROL, "1unes"], { split: true }),
    ).rejects.toThrow("too little to share among 2");
  });
});

describe("create-validator", () => {
  const flags = { moniker: "node", amount: "100nes", pubkey: toBase64(KEY) };

  it("takes the usual terms, and registers the home's VRF key along with it", async () => {
    const home = homePaths(root);
    const provider = createProviderKey();
    writeProviderKey(home.providerKey, provider);
    const [created, registered] = await build("staking", "create-validator", [], flags);
    const message = MsgCreateValidator.decode(created!.value);
    expect(message).toMatchObject({
      description: { moniker: "node" },
      commission: { rate: "100000000000000000", maxRate: "200000000000000000" },
      validatorAddress: OPERATOR,
      value: { denom: "unes", amount: "100000000" },
    });
    expect(PubKey.decode(message.pubkey!.value).key).toEqual(KEY);
    const { vrfPublicKey, possessionProof } = MsgRegisterProvider.decode(registered!.value);
    const input = possessionInput("aivm-test-1", OPERATOR);
    expect(vrfVerify(vrfPublicKey, input, possessionProof)).toBeDefined();
  });

  it("reads the Cosmos SDK's file, over which flags go", async () => {
    const file = join(root, "validator.json");
    const json = {
      pubkey: { "@type": "/cosmos.crypto.ed25519.PubKey", key: toBase64(KEY) },
      amount: "7unes",
      moniker: "from file",
      security: "a@b.c",
      "commission-rate": "0.05",
      "min-self-delegation": "2",
    };
    writeFileSync(file, JSON.stringify(json));
    const [created] = await build("staking", "create-validator", [file], { moniker: "from flag" });
    expect(MsgCreateValidator.decode(created!.value)).toMatchObject({
      description: { moniker: "from flag", securityContact: "a@b.c" },
      commission: { rate: "50000000000000000" },
      minSelfDelegation: "2",
      value: { amount: "7" },
    });
  });

  it.each([
    [
      "a rate that is none",
      { ...flags, commissionRate: "ten" },
      "--commission-rate: not a decimal",
    ],
    ["a key that is none", { ...flags, pubkey: "AAAA" }, "--pubkey: not an ed25519 key"],
    ["another stake", { ...flags, amount: "5uatom" }, "stake is in unes"],
    [
      "a rate above the highest",
      { ...flags, commissionRate: "0.9" },
      "cannot be more than the max rate",
    ],
  ])("refuses %s", async (_, given, problem) => {
    await expect(build("staking", "create-validator", [], given)).rejects.toThrow(problem);
  });
});

describe("other messages", () => {
  it("cancel-unbond names the block of the unbonding", async () => {
    const [message] = await build("staking", "cancel-unbond", [OPERATOR, "5unes", "12"]);
    expect(MsgCancelUnbondingDelegation.decode(message!.value)).toEqual({
      delegatorAddress: ALICE,
      validatorAddress: OPERATOR,
      amount: { denom: "unes", amount: "5" },
      creationHeight: 12n,
    });
  });

  it("unjail is the same where Cosmos has it", async () => {
    expect(await build("slashing", "unjail", [])).toEqual(await build("staking", "unjail", []));
  });
});
