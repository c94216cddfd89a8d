import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildKernel } from "#testnet/kernelBundle.js";
import { packageRoot } from "#sandbox/worker/permissions.js";
import { siteServer } from "../../../clients/explorer/serve/siteServer.js";
import { showLogsOnFailure, TestNetwork } from "../network.js";
import { findChromium, launchChromium } from "./chromium.js";
import { drawThree } from "./drawDigit.js";

/** An answer takes seconds; a busy machine takes its time. */
const PATIENCE_MS = 90_000;

/** What an element of a page says of its width; this program has no types of the browser's. */
interface Extent {
  readonly scrollWidth: number;
  readonly clientWidth: number;
}

const executable = findChromium(process.env);
if (executable === undefined) {
  process.stderr.write("explorer.e2e skipped: no chromium, chromium-browser or google-chrome\n");
}

describe.skipIf(executable === undefined)("the explorer in a browser", () => {
  const folder = mkdtempSync(join(tmpdir(), "aivm-explorer-"));
  let network: TestNetwork;
  /** What ends what was started, whatever failed after it. */
  const closings: Array<() => unknown> = [];
  let page: Page;
  let origin: string;
  /** What the browser complains about: scripts, the content security policy, missing files. */
  const complaints: string[] = [];
  /** Origins that the page asked anything of. */
  const asked = new Set<string>();

  beforeAll(async () => {
    network = await TestNetwork.start({ validators: 2 });
    closings.push(() => network.close());
    const client = await network.connect();
    const kernel = await buildKernel(join(packageRoot(), "kernels/digits"));
    await client.publishKernel(kernel);
    const root = join(packageRoot(), "clients/explorer");
    const configFile = join(root, "vite.config.ts");
    await build({ root, configFile, logLevel: "warn", build: { outDir: folder } });
    const config = { rpc: network.node(0).url, genesis: "genesis.json" };
    const server = siteServer({
      folder,
      extra: {
        "/config.json": JSON.stringify(config),
        "/genesis.json": JSON.stringify(network.genesis()),
      },
    });
    closings.push(() => server.close());
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const browser = await launchChromium(executable!);
    closings.push(() => browser.close());
    page = await browser.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    page.on("pageerror", ({ message }) => complaints.push(message));
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    page.on("request", (request) => asked.add(new URL(request.url()).origin));
  }, 180_000);

  afterAll(async () => {
    for (const close of closings.toReversed()) await close();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  showLogsOnFailure(() => network);

  test("shows live blocks and validators", async () => {
    await page.goto(origin);
    const newest = page
      .locator('table[aria-label="latest blocks"] tbody tr:first-child td')
      .first();
    const first = Number(await newest.innerText());
    expect(first).toBeGreaterThan(0);
    await expect
      .poll(async () => Number(await newest.innerText()), { timeout: PATIENCE_MS })
      .toBeGreaterThan(first);
    expect(await page.locator('table[aria-label="validators"] tbody tr').count()).toBe(2);
  });

  test("says what to do where a key has no coins", async () => {
    await page.goto(`${origin}/#/kernel/digits`);
    await page.getByText("test key is empty: fund it").click();
    await page.getByLabel(/paste the words/).fill("no mnemonic at all");
    await page.getByRole("button", { name: "Use these words" }).click();
    await page.getByText("These are no mnemonic").waitFor();
    await page.getByLabel(/paste the words/).fill(network.files.user.mnemonic);
    await page.getByRole("button", { name: "Use these words" }).click();
    await page.getByText("This browser uses that account now").waitFor();
    await page.locator(".address").getByText(network.files.user.address).waitFor();
  });

  test("finds a kernel in the market, asks it by drawing, and verifies the answer", async () => {
    await page.getByRole("link", { name: "Kernels" }).click();
    await page.getByPlaceholder(/Name, author/).fill("handwritten digit");
    await page.getByRole("link", { name: "digits", exact: true }).click();
    await page.getByText("everybody", { exact: true }).waitFor();
    await page.getByText("100 % the owner", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Ask the network" }).click();
    await page.getByText("draw something first").waitFor();
    await drawThree(page, page.locator("canvas.pad"));
    await page.getByText(/costs 0\.\d+ NES/).waitFor();
    await page.getByRole("button", { name: "Ask the network" }).click();
    await page.locator('[data-verified="true"]').waitFor();
    expect(await page.locator(".output-single").innerText()).toBe("3");
    expect(await page.locator(".bar-top .bar-name").innerText()).toBe("3");
    expect(await page.locator(".try-result").innerText()).toContain("2 of 2 members agreed");
  });

  test("draws the course of the request, with what every member did and was paid", async () => {
    await page.getByRole("link", { name: "see how it came about" }).click();
    await page.getByRole("heading", { name: "Request 1" }).waitFor();
    const members = page.locator('table[aria-label="members"] tbody');
    // Pay is held until the challenge window closes.
    await members.getByText("NES").nth(1).waitFor();
    expect(await members.locator("tr").count()).toBe(2);
    expect(await members.getByText("right").count()).toBe(2);
    expect(await page.locator(".lane-commit").count()).toBe(2);
    expect(await page.locator(".lane-reveal").count()).toBe(2);
    const steps = await page.locator(".steps strong").allInnerTexts();
    expect(steps.slice(0, 2)).toEqual(["R", "R+1"]);
    expect(steps.length).toBeGreaterThanOrEqual(4);
    await page.getByRole("button", { name: "Verify in this page" }).click();
    await page.locator('[data-verified="true"]').waitFor();
  });

  test("is used by keyboard: the search leads to a block, and what is no search says so", async () => {
    await page.keyboard.press("/");
    await page.keyboard.type("not a thing");
    await page.keyboard.press("Enter");
    await page.getByText("Type a height").waitFor();
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.type("2");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Block 2" }).waitFor();
    await page.getByText("What the block did").waitFor();
    await page.locator("main:focus").waitFor();
  });

  test.each(["#/", "#/market", "#/kernel/digits", "#/request/1", "#/network", "#/block/2"])(
    "%s fits a phone",
    async (hash) => {
      await page.setViewportSize({ width: 360, height: 740 });
      await page.goto(`${origin}/${hash}`);
      await page.locator("main h1").waitFor();
      await page.locator(".placeholder").first().waitFor({ state: "detached" });
      const excess = await page
        .locator("html")
        .evaluate((root: Extent) => root.scrollWidth - root.clientWidth);
      expect(excess).toBe(0);
    },
  );

  test("asks nobody but the site and the node, and the browser has nothing to complain of", () => {
    expect([...asked].sort()).toEqual([origin, network.node(0).url].sort());
    expect(complaints).toEqual([]);
  });
});
