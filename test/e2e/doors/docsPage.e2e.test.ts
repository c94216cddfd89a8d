import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromium, launchChromium } from "../explorer/chromium.js";
import { showLogsOnFailure, TestNetwork } from "../network.js";

interface OpenApi {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly tags: readonly string[] }>>>
  >;
}

const executable = findChromium(process.env);
if (executable === undefined) process.stderr.write("docsPage.e2e skipped: no Chromium\n");

describe.skipIf(executable === undefined)("/docs in a browser", () => {
  let network: TestNetwork;
  let browser: Browser;
  let page: Page;
  let rest: string;
  let api: OpenApi;
  const complaints: string[] = [];
  const asked = new Set<string>();

  beforeAll(async () => {
    network = await TestNetwork.start({ validators: 1 });
    rest = `http://127.0.0.1:${network.node(0).node.ports.rest}`;
    api = (await (await fetch(`${rest}/openapi.json`)).json()) as OpenApi;
    browser = await launchChromium(executable!);
    page = await browser.newPage();
    page.setDefaultTimeout(60_000);
    page.on("pageerror", ({ message }) => complaints.push(message));
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    page.on("request", (request) => asked.add(new URL(request.url()).origin));
    await page.goto(`${rest}/docs`);
    await page.locator("details").first().waitFor();
  }, 120_000);

  afterAll(async () => {
    await browser.close();
    await network.close();
  }, 60_000);

  showLogsOnFailure(() => network);

  test("shows every operation of every service", async () => {
    const operations = Object.entries(api.paths).flatMap(([path, verbs]) =>
      Object.entries(verbs).map(([verb, { tags }]) => ({ path, verb, tag: tags[0] })),
    );
    expect(operations.length).toBeGreaterThan(80);
    const services = [...new Set(operations.map(({ tag }) => tag))];
    expect(services).toEqual(
      expect.arrayContaining(["cosmos.bank.v1beta1.Query", "aivm.inference.v1.Query"]),
    );
    expect(await page.locator("h2").allInnerTexts()).toEqual(services);
    const shown = (await page.locator("summary").allInnerTexts()).map((text) => text.split(/\s+/));
    expect(shown.map(([verb, path]) => `${verb} ${path}`).toSorted()).toEqual(
      operations.map(({ verb, path }) => `${verb.toUpperCase()} ${path}`).toSorted(),
    );
  });

  test("opens each of them, with a form and the shape of its answer", async () => {
    const all = page.locator("details");
    const count = await all.count();
    await all.first().locator("summary").click();
    await page.evaluate(`for (const one of document.querySelectorAll("details")) one.open = true`);
    await expect.poll(() => page.locator("details pre").count()).toBe(count);
    const shapes = await page.locator("details pre").allInnerTexts();
    expect(shapes.filter((text) => !text.startsWith("{"))).toEqual([]);
    const excess = `document.documentElement.scrollWidth - document.documentElement.clientWidth`;
    await page.setViewportSize({ width: 360, height: 740 });
    expect(await page.evaluate<number>(excess)).toBe(0);
  });

  test("asks the node, and shows its answer and its refusal", async () => {
    const operation = (text: string): ReturnType<Page["locator"]> =>
      page.locator("details").filter({ hasText: text });
    const info = operation("/node_info GetNodeInfo");
    await info.getByRole("button", { name: "Ask" }).click();
    await info.getByText(`"network": "${network.chainId}"`).waitFor();
    const account = operation("/account_info/{address} AccountInfo");
    await account.locator("input").first().fill("nobody");
    await account.getByRole("button", { name: "Ask" }).click();
    await account.locator("pre").getByText(/^400/).waitFor();
    await page.getByLabel("Find a route").fill("kernel");
    expect(await page.locator("h2:visible").allInnerTexts()).toEqual(["aivm.kernel.v1.Query"]);
  });

  test("asks nobody else, and the browser has nothing to complain of", () => {
    expect([...asked]).toEqual([rest]);
    // The refusal that was provoked is all that it writes down.
    expect(complaints.filter((text) => !/status of 400/.test(text))).toEqual([]);
  });
});
