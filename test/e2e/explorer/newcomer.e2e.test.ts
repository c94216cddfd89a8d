import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { showLogsOnFailure } from "../network.js";
import { findChromium } from "./chromium.js";
import { drawThree } from "./drawDigit.js";
import { ExplorerStage, type SeenPage } from "./stage.js";

/** Whoever comes for the first time has an answer within so long. */
const FIRST_ANSWER_MS = 60_000;

const executable = findChromium(process.env);
if (executable === undefined) process.stderr.write("newcomer.e2e skipped: no Chromium\n");

describe.skipIf(executable === undefined)("whoever comes for the first time", () => {
  let stage: ExplorerStage;
  let seen: SeenPage;

  beforeAll(async () => {
    const options = { validators: 2, chainId: "aivm-test-9", withFaucet: true };
    stage = await ExplorerStage.start(executable!, options);
    seen = await stage.open();
  }, 180_000);

  afterAll(async () => {
    await stage.close();
  }, 60_000);

  showLogsOnFailure(() => stage.network);

  test("has an answer with its proof in a minute, paid by a key that the browser made", async () => {
    const { page } = seen;
    const startMs = performance.now();
    await page.goto(stage.origin);
    await page.getByRole("link", { name: "Try a kernel" }).first().click();
    await page.getByRole("link", { name: "digits", exact: true }).click();
    await page.getByText("test key is empty: fund it").click();
    await page.getByRole("button", { name: "Get test coins" }).click();
    await page.getByText("The faucet has credited the key.").waitFor();
    await page.getByText("5 NES").first().waitFor();
    await page.goBack();
    await drawThree(page, page.locator("canvas.pad"));
    await page.getByRole("button", { name: "Ask the network" }).click();
    await page.locator('[data-verified="true"]').waitFor();
    expect(await page.locator(".output-single").innerText()).toBe("3");
    expect(performance.now() - startMs).toBeLessThan(FIRST_ANSWER_MS);
  });

  test("is told when the faucet has given enough, and the browser has nothing to complain of", async () => {
    const { page, complaints } = seen;
    await page.goto(`${stage.origin}/#/key`);
    const refused = page.getByText(/the faucet refused/);
    for (let turn = 0; turn < 20 && !(await refused.isVisible()); turn++) {
      await page.getByRole("button", { name: "Get test coins" }).click();
      await page.locator(".faucet .notice").waitFor();
      await page.getByRole("button", { name: "Get test coins" }).waitFor();
    }
    await refused.waitFor();
    expect(complaints.filter((text) => !/status of 429/.test(text))).toEqual([]);
  });
});
