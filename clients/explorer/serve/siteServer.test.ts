import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { siteServer } from "./siteServer.js";

const root = mkdtempSync(join(tmpdir(), "aivm-site-"));
const folder = join(root, "site");
const server = siteServer({ folder, extra: { "/config.json": `{"rpc":"http://n0"}` } });
let port = 0;

beforeAll(async () => {
  mkdirSync(join(folder, "assets"), { recursive: true });
  mkdirSync(join(root, "site-other"));
  writeFileSync(join(root, "secret.txt"), "secret");
  writeFileSync(join(root, "site-other", "secret.txt"), "secret");
  writeFileSync(join(folder, "index.html"), "<p>first</p>");
  writeFileSync(join(folder, "config.json"), "{}");
  writeFileSync(join(folder, "assets", "a.js"), "1;");
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  ({ port } = server.address() as AddressInfo);
});

afterAll(() => {
  server.close();
  rmSync(root, { recursive: true, force: true });
});

interface Answer {
  readonly status: number | undefined;
  readonly type: string | undefined;
  readonly frames: string | undefined;
  readonly body: string;
}

/** Asks with the target as it is: `fetch` would remove the dots. */
async function ask(path: string, method = "GET"): Promise<Answer> {
  const sent = request({ host: "127.0.0.1", port, path, method });
  sent.end();
  const [response] = (await once(sent, "response")) as [
    NodeJS.ReadableStream & { statusCode?: number; headers: Record<string, string> },
  ];
  let body = "";
  for await (const part of response) body += String(part);
  const { "content-type": type, "x-frame-options": frames } = response.headers;
  return { status: response.statusCode, type, frames, body };
}

describe("the site's server", () => {
  test.each([
    ["/", "text/html; charset=utf-8", "<p>first</p>"],
    ["/index.html?rpc=http://x#/market", "text/html; charset=utf-8", "<p>first</p>"],
    ["/assets/a.js", "text/javascript; charset=utf-8", "1;"],
    ["/config.json", "application/json", `{"rpc":"http://n0"}`],
  ])("serves %s", async (path, type, body) => {
    expect(await ask(path)).toEqual({ status: 200, type, frames: "DENY", body });
  });

  test.each([
    "/../secret.txt",
    "/%2e%2e/secret.txt",
    "/..%2fsecret.txt",
    "/assets/../../secret.txt",
    "/../site-other/secret.txt",
    "//../secret.txt",
    "/assets",
    "/none.html",
    "/__proto__",
  ])("has nothing at %s", async (path) => {
    const { status, body } = await ask(path);
    expect(status).toBe(404);
    expect(body).not.toContain("secret");
  });

  test.each(["/%", "/a%00b", "/..%5csecret.txt", "http://127.0.0.1/"])(
    "%s is no path",
    async (path) => {
      expect((await ask(path)).status).toBe(400);
    },
  );

  test("nothing can be changed", async () => {
    expect((await ask("/", "POST")).status).toBe(405);
    expect(await ask("/", "HEAD")).toMatchObject({ status: 200, body: "" });
  });
});
