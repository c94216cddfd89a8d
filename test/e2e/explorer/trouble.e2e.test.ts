import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MsgChallenge } from "#core/codec/generated/aivm/inference/v1.js";
import { pack } from "#core/codec/typeRegistry.js";
import { packageRoot } from "#sandbox/worker/permissions.js";
import type { AivmClient } from "#sdk/client.js";
import { isSdkError } from "#sdk/errors.js";
import { getBatch } from "#sdk/inference/getBatch.js";
import { executeTx } from "#sdk/tx/executeTx.js";
import { buildKernel } from "#testnet/kernelBundle.js";
import { compileFaultyNode } from "../../faults/compile.js";
import type { FaultName } from "../../faults/faults.js";
import { showLogsOnFailure } from "../network.js";
import { findChromium } from "./chromium.js";
import { ExplorerStage, PATIENCE_MS, type SeenPage } from "./stage.js";

/** One validator of four is faulty. */
const FAULTY = 3;
/** A seat falls to the faulty validator every second time. */
const TRIES = 8;

const executable = findChromium(process.env);
if (executable === undefined) process.stderr.write("trouble.e2e skipped: no Chromium\n");

const { image } = JSON.parse(
  readFileSync(join(packageRoot(), "kernels/digits/samples/digit-7.json"), "utf8"),
) as { readonly image: number[] };

describe.skipIf(executable === undefined)("the explorer shows a request in trouble", () => {
  let stage: ExplorerStage;
  let client: AivmClient;
  let seen: SeenPage;
  let page: Page;
  let entry: string;

  beforeAll(async () => {
    entry = await compileFaultyNode();
    const programOf = (index: number): object => (index === FAULTY ? programWith("lies") : {});
    stage = await ExplorerStage.start(executable!, { validators: 4, programOf });
    client = await stage.network.connect();
    seen = await stage.open();
    ({ page } = seen);
  }, 240_000);

  afterAll(async () => {
    await stage.close();
  }, 60_000);

  showLogsOnFailure(() => stage.network);

  function programWith(fault: FaultName): object {
    return { entry, environment: { AIVM_FAULT: fault } };
  }

  function rows(text: string | RegExp): ReturnType<Page["locator"]> {
    return page.locator('table[aria-label="members"] tbody tr').filter({ hasText: text });
  }

  test("that a member answered wrongly and somebody challenged: both rounds, fault and outcome", async () => {
    const { requestId, output } = await client.infer("digits", { image });
    expect(output?.["label"]).toEqual(["7"]);
    await page.goto(`${stage.origin}/#/request/${requestId}`);
    await page.locator(".lane-wrong .lane-reveal").waitFor();
    expect(await rows("right").count()).toBe(3);
    const message = MsgChallenge.create({ challenger: client.address, requestId });
    await executeTx(client.txContext, [pack(MsgChallenge, message)]);
    await page.getByText("All providers run it again").waitFor();
    await page.getByText("The challenge was lost: the result stands").waitFor();
    await page.getByText("✕ wrong").first().waitFor();
    await page.getByRole("heading", { name: "Payments" }).waitFor();
    expect(await page.locator(".course-round").allTextContents()).toEqual([
      "committee",
      "all providers",
    ]);
    expect(await rows("all providers").count()).toBe(4);
    expect(await rows(/wrong.*wrong/).count()).toBeGreaterThan(0);
    const steps = await page.locator(".steps li").allInnerTexts();
    const whole = steps.join("\n");
    for (const said of [
      "committee of 4 drawn",
      "challenged by nesa1",
      "goes to all providers: challenged",
      "drawn again: all 4 providers run it",
      "challenge lost: the result stands",
      "node3 at fault: wrong, loses",
      "pay and penalties released",
    ]) {
      expect(whole).toContain(said);
    }
  });

  test("that a member declined and another one took its place", async () => {
    const folder = mkdtempSync(join(tmpdir(), "aivm-pair-"));
    cpSync(join(packageRoot(), "kernels/digits"), folder, { recursive: true });
    const aivmfile = readFileSync(join(folder, "Aivmfile"), "utf8")
      .replace(/^NAME .*$/m, "NAME pair")
      .replace(/^COMMITTEE .*$/m, "COMMITTEE 2 of 1..2");
    writeFileSync(join(folder, "Aivmfile"), aivmfile);
    await client.publishKernel(await buildKernel(folder));
    rmSync(folder, { recursive: true });
    const node = stage.network.node(FAULTY);
    await node.stop();
    node.program = programWith("declines");
    node.start();
    await stage.network.awaitBlocks(2n);
    const requestId = await redrawn();
    await page.goto(`${stage.origin}/#/request/${requestId}`);
    await page.locator(".lane-redrawn").waitFor();
    await page.locator(".lane-left").getByText("declined").waitFor();
    const steps = (await page.locator(".steps li").allInnerTexts()).join("\n");
    expect(steps).toContain("node3 is out without fault: declined");
    expect(steps).toMatch(/node[012] drawn in the place of another/);
    expect(await rows("node3").getByText("declined").count()).toBeGreaterThan(0);
  });

  test("that the kernel itself failed, which its members agree on and are paid for", async () => {
    const tooDark = { image: image.map(() => 200) };
    const failure: unknown = await client.infer("digits", tooDark).catch((error: unknown) => error);
    if (!isSdkError(failure, "KERNEL_FAILED")) throw failure;
    await page.goto(`${stage.origin}/#/request/${failure.facts.requestId}`);
    await page.getByText("The kernel failed: exception.").waitFor();
    expect(await rows("right").count()).toBeGreaterThanOrEqual(3);
    await page.getByRole("button", { name: "Verify in this page" }).click();
    await page.locator('[data-verified="true"]').waitFor();
  });

  /** A request for which a seat was drawn again. */
  async function redrawn(): Promise<bigint> {
    for (let turn = 0; turn < TRIES; turn++) {
      const { requestId, trace } = await client.infer("pair", { image });
      const { seats } = await getBatch(client.rpc, trace.batchId);
      if (seats.some((seat) => seat.redrawn)) return requestId;
    }
    throw new Error(`in ${TRIES} requests no seat was declined`);
  }

  test("without a complaint of the browser", async () => {
    await expect.poll(() => seen.complaints, { timeout: PATIENCE_MS }).toEqual([]);
  });
});
