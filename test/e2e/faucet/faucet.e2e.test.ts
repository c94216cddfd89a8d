import { execFile } from "node:child_process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { formatAddress, moduleAddress } from "#core/crypto/address.js";
import { httpTransport } from "#sdk/rpc/httpTransport.js";
import { balance } from "#sdk/bank/balance.js";
import { newMnemonic } from "#sdk/signer/newMnemonic.js";
import { signerFromMnemonic } from "#sdk/signer/signerFromMnemonic.js";
import { RunningProgram } from "../cliProgram.js";
import { showLogsOnFailure, TestNetwork } from "../network.js";
import { type PrivateBuild, privateBuild } from "../privateBuild.js";

const AMOUNT = { denom: "unes", amount: "2500000" };

let program: PrivateBuild;
let network: TestNetwork;
let faucet: RunningProgram | undefined;
let url: string;

beforeAll(async () => {
  program = await privateBuild();
  network = await TestNetwork.start({
    validators: 1,
    chainId: "aivm-test-7",
    programOf: () => ({ entry: program.entry }),
  });
  const { root } = network.node(0).home;
  const limits = ["--window", "600", "--per-address", "1", "--per-ip", "50"];
  const flags = ["--from", "user", "--amount", "2.5nes", "--listen", "127.0.0.1:0", ...limits];
  faucet = new RunningProgram(program.entry, ["faucet", "--home", root, ...flags]);
  const serves = await faucet.awaitLine(({ msg }) => msg === "the faucet serves");
  url = String(serves["url"]);
}, 240_000);

afterAll(async () => {
  faucet?.signal("SIGKILL");
  await network.close();
  program.remove();
}, 60_000);

showLogsOnFailure(() => network);

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly json: Record<string, unknown>;
}

/** As cosmjs' client asks. */
async function credit(address: string): Promise<Answer> {
  const body = JSON.stringify({ address, denom: "unes" });
  const response = await fetch(`${url}/credit`, { method: "POST", body });
  const json = (await response.json()) as Record<string, unknown>;
  return { status: response.status, headers: response.headers, json };
}

const newAddress = (): string => signerFromMnemonic(newMnemonic()).address;

function balanceOf(address: string): Promise<bigint> {
  return balance(httpTransport(network.node(0).url), { address, denom: "unes" });
}

describe("a faucet on a real network", () => {
  test("pays an account once within its window", async () => {
    const address = newAddress();
    const { status, json } = await credit(address);
    expect([status, json]).toEqual([
      200,
      {
        address,
        amount: AMOUNT,
        txhash: expect.stringMatching(/^[0-9A-F]{64}$/) as string,
        height: expect.stringMatching(/^[1-9][0-9]*$/) as string,
      },
    ]);
    expect(await balanceOf(address)).toBe(2_500_000n);
    const again = await credit(address);
    expect([again.status, again.json["code"]]).toEqual([429, "rate_limited"]);
    expect(Number(again.headers.get("retry-after"))).toBeGreaterThan(500);
    expect(await balanceOf(address)).toBe(2_500_000n);
  });

  test("pays many at once with few transactions", async () => {
    const addresses = Array.from({ length: 20 }, newAddress);
    const answers = await Promise.all(addresses.map(credit));
    expect(answers.map(({ status }) => status)).toEqual(addresses.map(() => 200));
    const hashes = new Set(answers.map(({ json }) => json["txhash"]));
    expect(hashes.size).toBeLessThanOrEqual(3);
    for (const address of addresses) expect(await balanceOf(address)).toBe(2_500_000n);
  });

  test("refuses accounts that the chain lets nobody pay, and pays those beside them", async () => {
    const { json: status } = (await statusOf()) as { json: { holder: { address: string } } };
    expect(status.holder.address).toBe(network.files.user.address);
    // The account of the module that holds stake.
    const bonded = formatAddress("account", moduleAddress("bonded_tokens_pool"));
    const other = newAddress();
    const [refused, paid] = await Promise.all([credit(bonded), credit(other)]);
    expect([refused.status, refused.json["code"]]).toEqual([422, "receiver_refused"]);
    expect(refused.json["message"]).toContain("not allowed to receive funds");
    expect(paid.status).toBe(200);
    expect(await balanceOf(other)).toBe(2_500_000n);
  });

  test("goes on after its node was killed and came back", async () => {
    const node = network.node(0);
    await node.kill();
    const address = newAddress();
    const away = await credit(address);
    expect([away.status, away.json["code"]]).toEqual([503, "node_unreachable"]);
    node.start();
    await node.reaches(2n);
    await network.awaitBlocks(1n);
    expect((await credit(address)).status).toBe(200);
    expect(await balanceOf(address)).toBe(2_500_000n);
  });

  test("ends in order when it is told to", async () => {
    faucet!.signal("SIGTERM");
    expect(await faucet!.ended).toBe(0);
    expect(faucet!.log.at(-1)).toMatchObject({ msg: "the faucet stops", signal: "SIGTERM" });
    expect(faucet!.stderr).toBe("");
  });
});

async function statusOf(): Promise<{ readonly json: unknown }> {
  const response = await fetch(`${url}/status`);
  return { json: await response.json() };
}

/** Runs a command to its end. */
function aivmd(...words: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  const args = [program.entry, ...words, "--home", network.node(0).home.root];
  return new Promise((settle) => {
    execFile(process.execPath, args, (_error, stdout, stderr) => {
      settle({ stdout, stderr });
    });
  });
}

test("a main network has none", async () => {
  const { stderr } = await aivmd("faucet", "--chain-id", "nesa-1");
  expect(stderr).toContain("faucet/2 nesa-1 does not look like a test network");
});

test("Keplr is told where the doors of the node are, and what they can", async () => {
  const { stdout, stderr } = await aivmd("chain-info");
  expect(stderr).toBe("");
  const { ports } = network.node(0).node;
  expect(JSON.parse(stdout)).toMatchObject({
    chainId: "aivm-test-7",
    rpc: network.node(0).url,
    rest: `http://127.0.0.1:${ports.rest}`,
    feeCurrencies: [{ gasPriceStep: { low: 0.001, average: 0.0015, high: 0.002 } }],
    features: ["query:/cosmos/bank/v1beta1/spendable_balances"],
  });
});
