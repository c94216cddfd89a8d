import { chmodSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { AbciClient } from "./client.js";
import { AbciAddressError } from "./errors.js";
import { INERT_APPLICATION } from "./inertApplication.js";
import { AbciServer } from "./server.js";
import { MAX_SOCKET_PATH_BYTES, parseAddress, socketAddress } from "./socketAddress.js";

const LONG = "a-folder-name-".repeat(10);

describe("the socket of a node", () => {
  let temporary: string;

  beforeEach(() => {
    temporary = mkdtempSync(join(tmpdir(), "abci-address-"));
    vi.stubEnv("TMPDIR", temporary);
  });

  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(temporary, { recursive: true, force: true });
  });

  test("is in the node's home", () => {
    expect(socketAddress("/var/lib/node")).toStrictEqual({
      path: "/var/lib/node/abci.sock",
      proxyApp: "unix:///var/lib/node/abci.sock",
    });
  });

  test("has an absolute path for a relative home", () => {
    expect(socketAddress("node").path).toBe(join(process.cwd(), "node/abci.sock"));
  });

  test("fills the limit before it moves", () => {
    const room = MAX_SOCKET_PATH_BYTES - "/abci.sock".length;
    const longest = `/${"h".repeat(room - 1)}`;
    expect(socketAddress(longest).path).toBe(`${longest}/abci.sock`);
    expect(dirname(dirname(socketAddress(`${longest}h`).path))).toBe(temporary);
  });

  test("counts bytes, not characters", () => {
    expect(socketAddress(`/${"ü".repeat(60)}`).path.startsWith(temporary)).toBe(true);
  });

  test("moves to a private folder of the temporary folder where the path is too long", async () => {
    const { path, proxyApp } = socketAddress(`/home/${LONG}`);
    expect(Buffer.byteLength(path)).toBeLessThanOrEqual(MAX_SOCKET_PATH_BYTES);
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);

    const application = INERT_APPLICATION;
    const server = await AbciServer.listen({ address: proxyApp, application, onFatal: () => 0 });
    const client = await AbciClient.connect(proxyApp);
    expect(await client.echo("alive")).toBe("alive");
    client.close();
    await server.close();
  });

  test("is the same for the same home and another for another", () => {
    const { path } = socketAddress(`/home/${LONG}`);
    expect(socketAddress(`/home/./${LONG}`).path).toBe(path);
    expect(socketAddress(`/home/${LONG}2`).path).not.toBe(path);
  });

  test("is refused in a folder that others may enter", () => {
    const folder = dirname(socketAddress(`/home/${LONG}`).path);
    chmodSync(folder, 0o755);
    expect(() => socketAddress(`/home/${LONG}`)).toThrow(AbciAddressError);
  });

  test("is refused where the temporary folder has a long path too", () => {
    vi.stubEnv("TMPDIR", join(temporary, LONG));
    expect(() => socketAddress(`/home/${LONG}`)).toThrow(AbciAddressError);
  });
});

describe("addresses", () => {
  test.each([
    ["unix:///run/abci.sock", { path: "/run/abci.sock" }],
    ["unix://abci.sock", { path: "abci.sock" }],
    ["tcp://127.0.0.1:26658", { host: "127.0.0.1", port: 26_658 }],
    ["tcp://[::1]:0", { host: "::1", port: 0 }],
    ["tcp://localhost:65535", { host: "localhost", port: 65_535 }],
  ])("%s is understood", (address, target) => {
    expect(parseAddress(address)).toStrictEqual(target);
  });

  test.each([
    "",
    "unix://",
    `unix:///${LONG}`,
    "tcp://127.0.0.1",
    "tcp://127.0.0.1:65536",
    "tcp://:26658",
    "tcp://[::1:26658",
    "http://127.0.0.1:26658",
    "127.0.0.1:26658",
  ])("%s is refused", (address) => {
    expect(() => parseAddress(address)).toThrow(AbciAddressError);
  });
});
