import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SimulateRequest, SimulateResponse, Tx } from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { PubKey } from "#core/codec/generated/cosmos/crypto/secp256k1.js";
import { formatAddress } from "#core/crypto/address.js";
import { sha256 } from "#core/crypto/hash.js";
import { utf8 } from "#core/primitives/bytes.js";
import { packMultisig } from "#modules/auth/types/publicKey.js";
import { Keyring } from "#node/keyring/keyring.js";
import { type CommandOutcome, runCommand } from "#test/harness/clientCommand.js";
import { FakeChainRpc, QueryFault } from "#test/harness/fakeChainRpc.js";
import { LIGHT_CHAIN } from "#test/harness/lightChain.js";
import { namedSigner } from "#test/harness/sdkClient.js";
import { registerTx } from "./register.js";

const [ALICE, BOB, CAROL] = ["alice", "bob", "carol"].map(namedSigner) as [
  ReturnType<typeof namedSigner>,
  ReturnType<typeof namedSigner>,
  ReturnType<typeof namedSigner>,
];

let fake: FakeChainRpc;
let home: string;
let simulated: Tx[];
let refusals: QueryFault[];
let treasury: string;

beforeEach(async () => {
  fake = await FakeChainRpc.start();
  [simulated, refusals] = [[], []];
  home = mkdtempSync(join(tmpdir(), "aivm-simulate-"));
  const keyring = Keyring.open(home, "test", () => Promise.resolve(""));
  await keyring.add("alice", sha256(utf8("alice")));
  keyring.addPublicKey("bob", BOB.publicKey);
  const publicKeys = [ALICE, BOB, CAROL].map(({ publicKey }) => publicKey);
  keyring.addMultisig("treasury", { threshold: 2, publicKeys });
  treasury = formatAddress("account", keyring.get("treasury").address);
  for (const address of [BOB.address, CAROL.address, treasury]) fake.chain.fund(address, 7n);
  fake.answer(
    "/cosmos.tx.v1beta1.Service/Simulate",
    { request: SimulateRequest, response: SimulateResponse },
    ({ txBytes }) => {
      simulated.push(Tx.decode(txBytes));
      const refusal = refusals.shift();
      if (refusal !== undefined) throw refusal;
      return { gasInfo: { gasWanted: 0n, gasUsed: 50_001n } };
    },
  );
});

afterEach(async () => {
  await fake.close();
  rmSync(home, { recursive: true });
});

function send(from: string, ...words: readonly string[]): Promise<CommandOutcome> {
  const place = ["--home", home, "--node", fake.server.url, "--chain-id", LIGHT_CHAIN];
  const transfer = ["tx", "bank", "send", from, ALICE.address, "5unes"];
  return runCommand([registerTx], [...transfer, ...place, "--keyring-backend", "test", ...words]);
}

const gasLimitOf = ({ stdout }: CommandOutcome): unknown =>
  (JSON.parse(stdout) as { auth_info: { fee: { gas_limit: string } } }).auth_info.fee.gas_limit;

describe("without a private key --generate-only --gas auto simulates", () => {
  test("with the public key that the keyring has", async () => {
    const outcome = await send("bob", "--generate-only", "--gas-prices", "0.1unes");
    expect([outcome.code, outcome.stderr, gasLimitOf(outcome)]).toEqual([0, "", "70002"]);
    const [info] = simulated[0]!.authInfo!.signerInfos;
    expect(info!.sequence).toBe(7n);
    expect(PubKey.decode(info!.publicKey!.value).key).toEqual(BOB.publicKey);
    expect(simulated[0]!.signatures.map(({ length }) => length)).toEqual([0]);
    expect(JSON.parse(outcome.stdout)).toMatchObject({
      auth_info: { signer_infos: [], fee: { amount: [{ denom: "unes", amount: "7001" }] } },
      signatures: [],
    });
  });

  test("for any account, with the key that the chain knows", async () => {
    const outcome = await send(CAROL.address, "--generate-only", "--gas-adjustment", "2");
    expect([outcome.code, gasLimitOf(outcome)]).toEqual([0, "100002"]);
    expect(simulated[0]!.authInfo!.signerInfos[0]!.publicKey).toBeUndefined();
  });

  test("for a multisig, with as many signatures as it takes", async () => {
    expect((await send("treasury", "--generate-only")).code).toBe(0);
    const [info] = simulated[0]!.authInfo!.signerInfos;
    const keys = [ALICE, BOB, CAROL].map(({ publicKey }) => publicKey);
    expect(info!.publicKey).toEqual(packMultisig(2, keys));
    expect(info!.modeInfo!.multi!.modeInfos).toHaveLength(2);
  });
});

test("--dry-run tells the gas of an account without its key", async () => {
  const { code, stdout } = await send(CAROL.address, "--dry-run");
  expect([code, stdout]).toEqual([0, "gas estimate: 50001\n"]);
});

test("a block in between is no failure", async () => {
  const log = "account sequence mismatch, expected 8, got 7: incorrect account sequence";
  refusals = [new QueryFault("sdk", 32, log)];
  expect((await send(CAROL.address, "--dry-run")).code).toBe(0);
  expect(simulated).toHaveLength(2);
});

describe("it fails", () => {
  test("with what the chain objects to", async () => {
    refusals = [new QueryFault("sdk", 5, "spendable balance 0unes is smaller than 5unes")];
    const { code, stdout, stderr } = await send(CAROL.address, "--generate-only");
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toBe("error: sdk/5 spendable balance 0unes is smaller than 5unes\n");
  });

  test("for an account that the chain does not know", async () => {
    const stranger = namedSigner("dave").address;
    const { code, stderr } = await send(stranger, "--generate-only");
    expect([code, stderr]).toEqual([
      1,
      `error: client/4 not found: account ${stranger} does not exist: nobody has sent it any coins\n`,
    ]);
    expect(simulated).toEqual([]);
  });

  test("against a node of another chain", async () => {
    const { code, stderr } = await send("bob", "--generate-only", "--chain-id", "other-1");
    expect(code).toBe(1);
    expect(stderr).toContain("client/3");
  });
});
