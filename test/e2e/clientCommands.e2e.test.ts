import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { JsonObject, JsonValue } from "#core/codec/json.js";
import { findComet } from "#node/comet/cometBinary.js";
import { initTestnetFiles } from "#testnet/initFiles.js";
import { freePorts } from "#testnet/process/freePorts.js";
import { RunningNetwork } from "#testnet/process/runningNetwork.js";
import { type PrivateBuild, privateBuild } from "./privateBuild.js";

const CHAIN_ID = "aivm-client-1";
/** The slowest command waits for a validation job, beside whatever else this machine does. */
const COMMAND_TIMEOUT_MS = 240_000;

let program: PrivateBuild;
let folder: string;
let home: string;
let network: RunningNetwork | undefined;
let alice: string;
let user: string;

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs aivmd as a process of its own. */
function aivmd(...argv: readonly string[]): Promise<Outcome> {
  return new Promise((settle) => {
    const options = { encoding: "utf8", timeout: COMMAND_TIMEOUT_MS } as const;
    const args = [program.entry, ...argv, "--home", home];
    const child = execFile(process.execPath, args, options, (_error, stdout, stderr) => {
      settle({ code: child.exitCode ?? -1, stdout, stderr });
    });
    child.stdin?.end();
  });
}

/** Runs a command that must succeed; gives what it printed. */
async function done(...argv: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await aivmd(...argv);
  expect({ argv, code, stderr: code === 0 ? "" : stderr }).toEqual({ argv, code: 0, stderr: "" });
  return stdout;
}

/** Runs a command that must succeed; gives the JSON that it printed. */
async function json(...argv: readonly string[]): Promise<JsonObject> {
  return JSON.parse(await done(...argv, "--output", "json")) as JsonObject;
}

function member(value: JsonValue | undefined, ...path: readonly string[]): JsonValue | undefined {
  return path.reduce<JsonValue | undefined>(
    (at, name) => (at as JsonObject | undefined)?.[name],
    value,
  );
}

function text(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

const kernels = (path: string): string =>
  fileURLToPath(new URL(`../../kernels/${path}`, import.meta.url));

beforeAll(async () => {
  program = await privateBuild();
  folder = mkdtempSync(join(tmpdir(), "aivm-client-"));
  const { nodes } = await initTestnetFiles({
    folder: join(folder, "network"),
    validators: 1,
    chainId: CHAIN_ID,
    time: new Date(),
    comet: findComet(process.env),
    ports: await freePorts(1),
  });
  home = nodes[0]!.home.root;
  network = await RunningNetwork.start(nodes, () => ({ entry: program.entry }));
  await network.awaitBlocks({ blocks: 2n, timeoutMs: 150_000 });
  user = text((await json("keys", "show", "user"))["address"]);
}, 240_000);

afterAll(async () => {
  await network?.stop();
  rmSync(folder, { recursive: true, force: true });
  program.remove();
}, 60_000);

describe("coins", () => {
  test("a new key receives coins, and the chain shows them", async () => {
    alice = text((await json("keys", "add", "alice"))["address"]);
    const sent = await json("tx", "bank", "send", "user", alice, "500nes", "--note", "for alice");
    expect(sent).toMatchObject({ code: 0, raw_log: "" });
    expect(Number(sent["height"])).toBeGreaterThan(2);
    const balances = await json("query", "bank", "balances", alice);
    expect(balances["balances"]).toEqual([{ denom: "unes", amount: "500000000" }]);
    expect(await done("query", "bank", "balance", alice, "unes")).toBe("500000000unes\n");

    const hash = text(sent["txhash"]);
    const found = await json("query", "tx", hash);
    expect(member(found, "tx", "body")).toMatchObject({
      memo: "for alice",
      messages: [
        { "@type": "/cosmos.bank.v1beta1.MsgSend", from_address: user, to_address: alice },
      ],
    });
    const listed = await done("query", "txs", "--query", `transfer.recipient='${alice}'`);
    expect(listed).toContain(hash);
    expect(await done("query", "block", text(sent["height"]))).toContain(`${hash} MsgSend`);
  });

  test("a transaction that the chain refuses ends with its error, and moves nothing", async () => {
    const words = ["tx", "bank", "send", "alice", user, "501nes"];
    const { code, stderr } = await aivmd(...words, "--gas", "200000");
    expect(code).toBe(1);
    const left = await done("query", "bank", "balance", alice, "unes");
    expect(stderr).toBe(
      `error: sdk/5 failed to execute message; message index: 0: spendable balance ${left.trim()} is smaller than 501000000unes: insufficient funds\n`,
    );
    // The fee is gone, at 0.001unes for each unit of gas.
    expect(left).toBe("499999800unes\n");
  });

  test("stake is delegated, and its rewards are withdrawn", async () => {
    const validators = await json("query", "staking", "validators");
    const [validator] = validators["validators"] as JsonObject[];
    const operator = text(validator?.["operator_address"]);
    await done("tx", "staking", "delegate", operator, "5nes", "--from", "alice");
    const delegation = await json("query", "staking", "delegation", alice, operator);
    expect(member(delegation, "delegation_response", "balance")).toEqual({
      denom: "unes",
      amount: "5000000",
    });
    await done("tx", "distribution", "withdraw-all-rewards", "--from", "alice");
    const unsigned = JSON.parse(
      await done("tx", "staking", "unbond", operator, "1nes", "--from", "alice", "--generate-only"),
    ) as JsonObject;
    expect(unsigned["signatures"]).toEqual([]);
    const gas = await done(
      "tx",
      "staking",
      "unbond",
      operator,
      "1nes",
      "--from",
      "alice",
      "--dry-run",
    );
    expect(gas).toMatch(/^gas estimate: [0-9]+\n$/);
  });
});

describe("signing apart from sending", () => {
  const at = (name: string): string => join(folder, name);

  test("a transaction is generated, signed in amino JSON and broadcast", async () => {
    const unsigned = await done("tx", "bank", "send", alice, user, "1nes", "--generate-only");
    writeFileSync(at("unsigned.json"), unsigned);
    const words = [
      "tx",
      "sign",
      at("unsigned.json"),
      "--from",
      "alice",
      "--sign-mode",
      "amino-json",
    ];
    await done(...words, "--output-document", at("signed.json"));
    const sent = await json("tx", "broadcast", at("signed.json"));
    expect(sent).toMatchObject({ code: 0, raw_log: "" });
    const [info] = member(sent, "tx", "auth_info", "signer_infos") as JsonObject[];
    expect(member(info, "mode_info", "single", "mode")).toBe("SIGN_MODE_LEGACY_AMINO_JSON");
  });

  test("two keys of a multisig sign what it sends, one of them on a machine of its own", async () => {
    await done("keys", "add", "bob");
    const flags = ["--multisig", "alice,bob,user", "--multisig-threshold", "2"];
    const treasury = text((await json("keys", "add", "treasury", ...flags))["address"]);
    await done("tx", "bank", "send", "alice", treasury, "3nes");
    // Simulated as a multisig of two signatures: what it says has to suffice.
    const send = ["tx", "bank", "send", "treasury", alice, "2nes", "--generate-only"];
    const unsigned = await json(...send);
    writeFileSync(at("treasury.json"), JSON.stringify(unsigned));
    const [fee] = member(unsigned, "auth_info", "fee", "amount") as JsonObject[];
    const account = await json("query", "auth", "account", treasury);
    const number = text(member(account, "account", "account_number"));
    const sign = ["tx", "sign", at("treasury.json"), "--multisig", "treasury"];
    const offline = ["--offline", "-a", number, "-s", "0"];
    await done(...sign, "--from", "user", "--output-document", at("user.json"));
    await done(...sign, "--from", "bob", ...offline, "--output-document", at("bob.json"));
    const parts = [at("bob.json"), at("user.json")];
    const joined = await done("tx", "multisign", at("treasury.json"), treasury, ...parts);
    writeFileSync(at("joined.json"), joined);
    expect(await json("tx", "broadcast", at("joined.json"))).toMatchObject({ code: 0 });
    const left = await done("query", "bank", "balance", treasury, "unes");
    expect(left).toBe(`${1_000_000 - Number(fee?.["amount"])}unes\n`);
  });
});

describe("the kernel digits", () => {
  test("is built and tested as validators do", async () => {
    cpSync(kernels("digits"), join(folder, "digits"), { recursive: true });
    const built = await json("kernel", "build", join(folder, "digits"));
    expect(built).toMatchObject({ name: "digits", bundle: join(folder, "digits/build") });
    const tested = await json("kernel", "test", join(folder, "digits/build"));
    expect(member(tested, "validation", "accepted")).toBe(true);
    const vectors = tested["vectors"] as JsonObject[];
    expect(vectors.length).toBeGreaterThanOrEqual(20);
    expect(vectors.every(({ passed }) => passed === true)).toBe(true);
  });

  test("is published, and a second time costs nothing", async () => {
    const words = ["kernel", "publish", join(folder, "digits/build"), "--from", "alice"];
    const published = await json(...words);
    expect(published).toMatchObject({
      name: "digits",
      number: "1",
      status: "ACTIVE",
      is_new: true,
    });
    const before = await done("query", "bank", "balance", alice, "unes");
    expect(await json(...words)).toMatchObject({ is_new: false });
    expect(await done("query", "bank", "balance", alice, "unes")).toBe(before);
    const kernel = await json("query", "kernel", "kernel", "digits");
    expect(member(kernel, "kernel", "owner")).toBe(alice);
  });

  test("is taken from the chain as a folder that builds to the very same version", async () => {
    const out = join(folder, "pulled");
    const pulled = await json("kernel", "pull", "digits", "--out", out);
    expect(pulled).toMatchObject({ same: true, built_id: pulled["version_id"] });
    const built = await json("kernel", "build", out);
    expect(built["version_id"]).toBe(pulled["version_id"]);
    expect(await done("kernel", "diff", "digits@1", kernels("digits"))).toBe(
      "the two are the same\n",
    );
  });

  test("reads a handwritten digit, with a verified answer, its trace and the payments", async () => {
    const input = kernels("digits/samples/digit-3.json");
    const answer = await json("kernel", "run", "digits", "--input", input, "--from", "alice");
    expect(answer).toMatchObject({
      status: "FULFILLED",
      kernel: "digits",
      seats_agreed: 1,
      seats_total: 1,
      proof_verified: true,
    });
    // Five where the kernel runs faster than a block; this machine may be busy with other things.
    expect(Number(answer["blocks"])).toBeGreaterThanOrEqual(5);
    expect(member((answer["outputs"] as JsonValue[])[0], "label")).toEqual(["3"]);
    const request = await json("query", "inference", "request", text(answer["request_id"]));
    expect(request["request"]).toMatchObject({
      requester: alice,
      status: "REQUEST_STATUS_FULFILLED",
    });
  });

  test("tells people the same, and who was paid in the end", async () => {
    const image = readFileSync(kernels("digits/samples/digit-7.json"), "utf8");
    const words = ["kernel", "run", "digits", "--input-json", image, "--from", "alice"];
    const shown = await done(...words, "--wait-payments");
    expect(shown).toMatch(/label +7\n/);
    expect(shown).toContain("verified: the result is in the state of the chain");
    for (const step of [
      /R +\d+ +request/,
      /R\+1 +\d+ +draw/,
      /R\+\d+ +\d+ +reveals: 1 of 1 seat agree/,
    ]) {
      expect(shown).toMatch(step);
    }
    expect(shown).toMatch(/member +\d+unes +nesa1/);
    expect(shown).toMatch(/owner +\d+unes +nesa1/);
  });

  test("runs in the sandbox of this machine, too", async () => {
    const input = kernels("digits/samples/digit-5.json");
    const words = ["kernel", "run", "--local", join(folder, "digits/build"), "--input", input];
    expect(await done(...words)).toMatch(/^label +5\n/);
  });
});

describe("what is wrong", () => {
  test.each([
    [["kernel", "run", "digitz", "--input-json", "{}"], 1, "not found: no kernel digitz"],
    [["kernel", "run", "digits", "--input-json", '{"image":[1,2]}'], 1, "image"],
    [["kernel", "run", "digits", "--input-json", '{"picture":[1]}'], 1, "picture"],
    [["kernel", "run", "digits"], 2, "an input is needed"],
    [
      ["kernel", "run", "digits", "--input-json", "{}", "--from", "nobody"],
      1,
      "no key called nobody",
    ],
    [["query", "inference", "request", "99"], 1, "99"],
    [["tx", "bank", "send", "user", "nesa1x", "5unes"], 1, "nesa1x"],
  ])("%j ends with code %i and says so", async (words, code, problem) => {
    const asked =
      words.includes("--from") || words[0] !== "kernel" ? words : [...words, "--from", "alice"];
    const outcome = await aivmd(...asked);
    expect(outcome.stderr).toContain(problem);
    expect(outcome.code).toBe(code);
    expect(outcome.stdout).toBe("");
  });
});
