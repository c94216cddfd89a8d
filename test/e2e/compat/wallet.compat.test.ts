import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { MsgSend } from "#core/codec/generated/cosmos/bank/v1beta1.js";
import { SignMode } from "#core/codec/generated/cosmos/tx/signing/v1beta1.js";
import { AuthInfo, TxRaw } from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { pack } from "#core/codec/typeRegistry.js";
import { formatAddress, toAddress } from "#core/crypto/address.js";
import { sha256 } from "#core/crypto/hash.js";
import { assertDefined } from "#core/primitives/assert.js";
import { toBase64, toUpperHex } from "#core/primitives/bytes.js";
import { coin } from "#core/primitives/coin.js";
import { packageRoot } from "#sandbox/worker/permissions.js";
import type { AivmClient } from "#sdk/client.js";
import { buildTx } from "#sdk/tx/buildTx.js";
import { currentAccount } from "#sdk/tx/currentAccount.js";
import { signTx } from "#sdk/tx/signTx.js";
import { findChromium, launchChromium } from "../explorer/chromium.js";
import { showLogsOnFailure, TestNetwork } from "../network.js";
import type { WalletPageOptions, WalletPageReport } from "./walletPage.js";

const [STRANGER, RECIPIENT] = [7, 8].map((fill) =>
  formatAddress("account", toAddress(new Uint8Array(20).fill(fill))),
) as [string, string];
const DENOM = "unes";

let network: TestNetwork;
let options: WalletPageOptions;
let report: WalletPageReport;
/** What ends what was started, whatever failed after it. */
const closings: Array<() => unknown> = [];

beforeAll(async () => {
  const executable = findChromium(process.env);
  if (executable === undefined) throw new Error("no Chromium: install it to run this test");
  network = await TestNetwork.start({ validators: 1 });
  closings.push(() => network.close());
  options = await walletOptions(await network.connect());
  const server = createServer((_request, response) => {
    response.setHeader("content-type", "text/html");
    response.end("<!doctype html><title>wallet</title>");
  });
  closings.push(() => server.close());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const browser = await launchChromium(executable);
  closings.push(() => browser.close());
  const page = await browser.newPage();
  page.setDefaultTimeout(90_000);
  // A page of another origin than either door, as wallets and applications are.
  await page.goto(`http://localhost:${(server.address() as AddressInfo).port}`);
  await page.addScriptTag({ content: await bundle() });
  report = await page.evaluate<WalletPageReport>(`wallet.replayWallet(${JSON.stringify(options)})`);
}, 300_000);

afterAll(async () => {
  for (const close of closings.toReversed()) await close();
}, 60_000);

showLogsOnFailure(() => network);

/** The page's program with CosmJS in it, as a browser takes it. */
async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: packageRoot(),
    entryPoints: ["test/e2e/compat/walletPage.ts"],
    bundle: true,
    write: false,
    format: "iife",
    globalName: "wallet",
    platform: "browser",
    define: { global: "globalThis" },
    logLevel: "error",
  });
  return assertDefined(outputFiles[0], "one file was made").text;
}

/** A transfer, signed as it is sent, and as Keplr simulates it. */
async function walletOptions(client: AivmClient): Promise<WalletPageOptions> {
  const { txContext: context } = client;
  const { address } = network.files.user;
  const account = await currentAccount(context, {});
  const transfer = { fromAddress: address, toAddress: RECIPIENT, amount: [coin(DENOM, 1n)] };
  const content = {
    messages: [pack(MsgSend, transfer)],
    memo: "",
    timeoutHeight: 0n,
    gasLimit: 200_000n,
    fee: [coin(DENOM, 1_000n)],
  };
  const { publicKey } = context.signer;
  const mode = SignMode.LEGACY_AMINO_JSON;
  const parts = buildTx(content, { publicKey, sequence: account.sequence, mode });
  const info = AuthInfo.decode(parts.authInfoBytes);
  const signerInfos = info.signerInfos.map((one) => ({ ...one, publicKey: undefined }));
  const unsigned = TxRaw.encode({
    bodyBytes: parts.bodyBytes,
    authInfoBytes: AuthInfo.encode({ ...info, signerInfos }),
    signatures: [new Uint8Array(64)],
  });
  const signed = await signTx(content, { ...context, account });
  const { ports } = network.node(0).node;
  return {
    rpc: network.node(0).url,
    rest: `http://127.0.0.1:${ports.rest}`,
    address,
    stranger: STRANGER,
    denom: DENOM,
    unsigned: toBase64(unsigned),
    signed: toBase64(signed),
    hash: toUpperHex(sha256(signed)),
  };
}

test("Keplr's calls from a page of another origin are answered, in its order", () => {
  const { address, hash } = options;
  const found = (name: string): string => report[name] ?? "never asked";
  expect(found("status")).toContain(`"network":"${network.chainId}"`);
  expect(found("block")).toContain("tendermint/event/NewBlock");
  expect(found("node info")).toContain(`"network":"${network.chainId}"`);
  expect(found("account")).toMatch(
    /^200 .*"@type":"\/cosmos.auth.v1beta1.BaseAccount".*"sequence":"[0-9]+"/,
  );
  expect(found("no account")).toBe(
    `404 {"code":5,"message":"rpc error: code = NotFound desc = account ${STRANGER} not found: key not found","details":[]}`,
  );
  expect(found("balances")).toContain(`"denom":"${DENOM}"`);
  expect(found("spendable")).toContain(`"denom":"${DENOM}"`);
  expect(found("probe spendable")).toMatch(/^400 /);
  const probes = Object.entries(report).filter(([name]) => name.startsWith("probe /"));
  expect(probes).toHaveLength(4);
  for (const [, answer] of probes) expect(answer).toMatch(/^501 .*Not Implemented/);
  const staking = Object.entries(report).filter(([name]) => name.startsWith("staking "));
  expect(staking).toHaveLength(8);
  for (const [name, answer] of staking) expect([name, answer.slice(0, 3)]).toEqual([name, "200"]);
  expect(found("simulate")).toMatch(/^200 .*"gas_used":"[0-9]{5,}"/);
  expect(found("broadcast")).toMatch(new RegExp(`^200 .*"txhash":"${hash}".*"code":0`));
  expect(found("traced")).toContain(address);
  expect(found("tx")).toContain(`"hash":"${hash}"`);
  expect(found("tx_search")).toContain(`"total_count":"1"`);
});

test("CosmJS in the page reads the chain over http and over a websocket", () => {
  for (const protocol of ["http", "ws"]) {
    expect(report).toMatchObject({
      [`${protocol} chain`]: network.chainId,
      [`${protocol} account`]: options.address,
      [`${protocol} stranger`]: "none",
      [`${protocol} balance`]: expect.stringMatching(/^[0-9]+$/) as string,
      [`${protocol} tx`]: options.hash,
    });
  }
});
