import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { packageRoot } from "#sandbox/worker/permissions.js";
import { pngFile } from "#test/harness/pngFile.js";
import { showLogsOnFailure, type TestNetwork } from "../network.js";
import { findChromium } from "./chromium.js";
import { drawThree } from "./drawDigit.js";
import { ExplorerStage, PATIENCE_MS, type SeenPage } from "./stage.js";

/** What an element of a page says of its width; this program has no types of the browser's. */
interface Extent {
  readonly scrollWidth: number;
  readonly clientWidth: number;
}

const SAMPLE = readFileSync(join(packageRoot(), "kernels/digits/samples/digit-7.json"));

const executable = findChromium(process.env);
if (executable === undefined) {
  process.stderr.write("explorer.e2e skipped: no chromium, chromium-browser or google-chrome\n");
}

describe.skipIf(executable === undefined)("the explorer in a browser", () => {
  let stage: ExplorerStage;
  let network: TestNetwork;
  let seen: SeenPage;
  let page: Page;
  let origin: string;

  beforeAll(async () => {
    stage = await ExplorerStage.start(executable!, { validators: 2 });
    ({ network, origin } = stage);
    seen = await stage.open();
    ({ page } = seen);
  }, 180_000);

  afterAll(async () => {
    await stage.close();
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

  test("hears of blocks over a websocket, and asks for them while there is none", async () => {
    const feed = page.locator("[data-feed]");
    await page.locator('[data-feed="websocket"]').waitFor();
    const other = await stage.open();
    await other.page.routeWebSocket(/websocket/, (socket) => socket.close());
    await other.page.goto(origin);
    await other.page.locator('[data-feed="polling"]').waitFor();
    const heights = (): Promise<number[]> => heightsOn(other.page);
    const first = (await heights())[0]!;
    await expect
      .poll(async () => (await heights())[0], { timeout: PATIENCE_MS })
      .toBeGreaterThan(first + 1);
    expect(other.complaints).toEqual([]);
    await other.page.context().close();
    expect(await feed.getAttribute("data-feed")).toBe("websocket");
  });

  test("fills in the blocks that it missed while its socket was gone", async () => {
    const other = await stage.open();
    let isCut = false;
    const sockets: Array<{ readonly close: () => unknown }> = [];
    await other.page.routeWebSocket(/websocket/, (socket) => {
      if (isCut) return void socket.close();
      sockets.push(socket);
      socket.connectToServer();
    });
    await other.page.goto(origin);
    await other.page.locator('[data-feed="websocket"]').waitFor();
    isCut = true;
    await other.page.context().setOffline(true);
    for (const socket of sockets) socket.close();
    await other.page.locator('[data-feed="down"]').waitFor();
    await other.page.getByText("does not answer just now").first().waitFor();
    const before = await heightsOn(other.page);
    await network.awaitBlocks(5n);
    isCut = false;
    await other.page.context().setOffline(false);
    await other.page.locator('[data-feed="websocket"]').waitFor();
    await expect
      .poll(async () => (await heightsOn(other.page))[0], { timeout: PATIENCE_MS })
      .toBeGreaterThan(before[0]! + 4);
    const after = await heightsOn(other.page);
    expect(after).toEqual(after.map((_height, index) => after[0]! - index));
    await other.page.context().close();
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

  test("asks with a picture, which it shows as the kernel gets it", async () => {
    await page.goto(`${origin}/#/kernel/digits`);
    const file = page.getByLabel("a file for image");
    await file.setInputFiles({ name: "t.png", mimeType: "image/png", buffer: Buffer.from("no") });
    await page.getByText("t.png: this browser cannot read it as a picture").waitFor();
    const huge = { name: "h.json", mimeType: "text/plain", buffer: Buffer.alloc(5_000_000, "1 ") };
    await file.setInputFiles(huge);
    await page.getByText("h.json: it has 5,000,000 bytes").waitFor();
    await file.setInputFiles({ name: "seven.png", mimeType: "image/png", buffer: sevenPng() });
    await page.getByText("32 × 32 pixels averaged to 8 × 8, in grey").waitFor();
    expect(await page.getByLabel("value of black in image").inputValue()).toBe("16");
    expect(await page.locator("canvas.preview-large").getAttribute("aria-label")).toContain(
      "8 by 8",
    );
    await page.getByText(/costs 0\.\d+ NES/).waitFor();
    await page.getByRole("button", { name: "Ask the network" }).click();
    await page.locator('[data-verified="true"]').waitFor();
    expect(await page.locator(".output-single").innerText()).toBe("7");
  });

  test("takes a whole input from JSON that is dropped on it, and says what does not fit", async () => {
    await page.reload();
    const drop = async (name: string, text: string): Promise<void> => {
      const source = `(() => { const all = new DataTransfer();
        all.items.add(new File([${JSON.stringify(text)}], ${JSON.stringify(name)})); return all; })()`;
      const dataTransfer = await page.evaluateHandle(source);
      for (const type of ["dragenter", "dragover", "drop"]) {
        await page.locator(".whole-input").dispatchEvent(type, { dataTransfer });
      }
    };
    await drop("other.json", '{"picture":[1]}');
    await page.getByText("the kernel has no input picture; its inputs are image").waitFor();
    await drop("short.json", '{"image":[1,2,3]}');
    await page.getByRole("button", { name: "Ask the network" }).click();
    await page.getByText(/got 3 elements instead of 64/).waitFor();
    await drop("digit-7.json", SAMPLE.toString());
    await page.getByText("64 numbers").waitFor();
    await page.getByText(/costs 0\.\d+ NES/).waitFor();
    await page.getByRole("button", { name: "Remove digit-7.json" }).click();
    await page.locator("canvas.pad").waitFor();
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
    await page.goto(`${origin}/#/kernel/digits`);
    for (const label of ["a file for image", "a JSON file with the whole input"]) {
      const dialog = page.waitForEvent("filechooser");
      await page.getByLabel(label).focus();
      await page.keyboard.press("Enter");
      await (await dialog).setFiles([]);
    }
  });

  test.each([
    ["#/request/99", "Request 99", "It does not exist."],
    ["#/kernel/nobody", "nobody", "It does not exist."],
    ["#/block/99999", "Block 99999", "The chain has no such block yet."],
    ["#/account/nesa1x", "Account", "invalid"],
    ["#/odd/thing", "Nothing here", "is no page of the explorer"],
  ])("%s says what is not there", async (hash, heading, said) => {
    await page.goto(`${origin}/${hash}`);
    await page.getByRole("heading", { name: heading }).waitFor();
    await page.getByText(said).first().waitFor();
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

  test("every control of every page has a name for those who do not see it", async () => {
    for (const hash of ["#/", "#/market", "#/kernel/digits", "#/request/1", "#/network", "#/key"]) {
      await page.goto(`${origin}/${hash}`);
      await page.locator("main h1").waitFor();
      await page.locator(".placeholder").first().waitFor({ state: "detached" });
      const tree = await page.locator("body").ariaSnapshot();
      const controls = tree.match(/- (?:button|link|textbox|radio|combobox|img|spinbutton)\b.*/g);
      expect(controls?.length).toBeGreaterThan(5);
      expect(controls?.filter((line) => !/^- [a-z]+ "[^"]+/.test(line))).toEqual([]);
    }
  });

  test("asks nobody but the site and the node, and the browser has nothing to complain of", () => {
    const { url } = network.node(0);
    expect([...seen.asked].sort()).toEqual([origin, url, url.replace("http", "ws")].sort());
    expect(seen.complaints).toEqual([]);
  });
});

/** Heights of the latest blocks on the first page, from the top. */
async function heightsOn(page: Page): Promise<number[]> {
  const table = page.locator('table[aria-label="latest blocks"]');
  await table.waitFor();
  return (await table.locator("tbody tr td:first-child").allInnerTexts()).map(Number);
}

/** A seven of the sample as a picture of black ink on white paper, four pixels for each. */
function sevenPng(): Buffer {
  const { image } = JSON.parse(SAMPLE.toString()) as { readonly image: readonly number[] };
  const samples = Uint8Array.from({ length: 1024 }, (_, at) => {
    const ink = image[Math.floor(at / 128) * 8 + Math.floor((at % 32) / 4)] ?? 0;
    return 255 - Math.round((ink * 255) / 16);
  });
  return pngFile({ width: 32, height: 32, samples });
}
