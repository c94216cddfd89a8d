import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MsgRequestInference } from "#core/codec/generated/aivm/inference/v1.js";
import { SignMode } from "#core/codec/generated/cosmos/tx/signing/v1beta1.js";
import { Tx } from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { deriveAccount } from "#core/crypto/hd.js";
import { packageRoot } from "#sandbox/worker/permissions.js";
import { newMnemonic } from "#sdk/signer/newMnemonic.js";
import { signerFromMnemonic } from "#sdk/signer/signerFromMnemonic.js";
import { txSearch } from "#sdk/rpc/txSearch.js";
import { runProgram } from "../cliProgram.js";
import { showLogsOnFailure } from "../network.js";
import { findChromium } from "./chromium.js";
import { drawThree } from "./drawDigit.js";
import { extensionScript } from "./extensionScript.js";
import { ExplorerStage, type SeenPage } from "./stage.js";

const executable = findChromium(process.env);
if (executable === undefined) process.stderr.write("keplr.e2e skipped: no Chromium\n");

describe.skipIf(executable === undefined)("the explorer where Keplr is", () => {
  const stranger = newMnemonic();
  let stage: ExplorerStage;
  let seen: SeenPage;
  let page: Page;

  beforeAll(async () => {
    stage = await ExplorerStage.start(executable!, { validators: 1 });
    const accountOf = (name: string, mnemonic: string): { name: string; key: number[] } => {
      return { name, key: [...deriveAccount(mnemonic).privateKey] };
    };
    const { user } = stage.network.files;
    const accounts = [accountOf("savings", user.mnemonic), accountOf("empty purse", stranger)];
    seen = await stage.open(await extensionScript({ accounts }));
    ({ page } = seen);
    await page.goto(`${stage.origin}/#/network`);
  }, 180_000);

  afterAll(async () => {
    await stage.close();
  }, 60_000);

  showLogsOnFailure(() => stage.network);

  /** What the extension says. */
  function extension<T>(expression: string): Promise<T> {
    return page.evaluate<T>(`extension.${expression}`);
  }

  test("adds the chain to it, with what aivmd chain-info prints; a no is no harm", async () => {
    await extension("refuse('suggest')");
    await page.getByRole("button", { name: "Add to Keplr" }).click();
    await page.getByText("You said no in Keplr.").waitFor();
    expect(await extension("suggested()")).toBeUndefined();
    await page.getByRole("button", { name: "Add to Keplr" }).click();
    await page.getByText("Keplr knows this chain.").waitFor();
    const { url } = stage.network.node(0);
    const entry = join(packageRoot(), "dist/cmd/aivmd/main.js");
    const argv = ["chain-info", "--node", url, "--rest", stage.rest];
    const { stdout } = await runProgram(entry, argv);
    expect(await extension("suggested()")).toEqual(JSON.parse(stdout));
  });

  test("offers to pay with it, and says plainly when that is refused", async () => {
    await page.goto(`${stage.origin}/#/kernel/digits`);
    await extension("refuse('enable')");
    await page.getByRole("radio", { name: "Keplr" }).check();
    await page.getByText("You said no in Keplr.").waitFor();
    expect(await page.getByRole("button", { name: "Ask the network" }).isDisabled()).toBe(true);
    await page.getByRole("button", { name: "Ask Keplr again" }).click();
    await page.getByText("savings").waitFor();
    await drawThree(page, page.locator("canvas.pad"));
    await extension("refuse('sign')");
    await page.getByRole("button", { name: "Ask the network" }).click();
    await page.getByText("Nothing was sent and nothing was charged.").waitFor();
    expect(await extension("signed")).toEqual([]);
  });

  test("asks with its signature and the fee that its owner chose there", async () => {
    await page.getByRole("button", { name: "Ask the network" }).click();
    await page.locator('[data-verified="true"]').waitFor();
    expect(await page.locator(".output-single").innerText()).toBe("3");
    const [signed] =
      await extension<Array<{ fee: object; msgs: Array<{ type: string }> }>>("signed");
    expect(signed?.msgs.map(({ type }) => type)).toEqual(["aivm/MsgRequestInference"]);
    const { rpc } = await stage.network.connect();
    const { user } = stage.network.files;
    const query = `inference.requested.requester='${user.address}'`;
    const txs = await txSearch(rpc, query);
    expect(txs).toHaveLength(1);
    const { body, authInfo } = Tx.decode(txs[0]!.tx);
    expect(body?.messages[0]?.typeUrl).toBe(MsgRequestInference.typeUrl);
    const mode = authInfo?.signerInfos[0]?.modeInfo?.single?.mode;
    expect(mode).toBe(SignMode.LEGACY_AMINO_JSON);
    expect(authInfo?.fee).toMatchObject({ amount: (signed!.fee as { amount: object }).amount });
  });

  test("follows when another account is chosen there", async () => {
    const { address } = signerFromMnemonic(stranger);
    await extension("choose(1)");
    await page.getByText("empty purse").waitFor();
    await page.getByText("Keplr is empty: fund it").click();
    await page.locator(".address").getByText(address).waitFor();
    await page.getByRole("button", { name: "Leave Keplr" }).click();
    await page.getByRole("button", { name: "Connect Keplr" }).waitFor();
    expect(await extension("asked")).toEqual([
      "suggest",
      "suggest",
      "suggest",
      "enable",
      "suggest",
      "enable",
      "sign",
      "sign",
    ]);
  });

  test("asks nobody else for it, and the browser has nothing to complain of", () => {
    const { url } = stage.network.node(0);
    const own = [stage.origin, url, url.replace("http", "ws"), stage.rest];
    expect([...seen.asked].sort()).toEqual(own.sort());
    // Keplr probes for modules that this chain does not have, which the browser writes down.
    expect(seen.complaints.filter((text) => !/status of (501|400)/.test(text))).toEqual([]);
  });
});
