import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname } from "node:path";
import { once } from "node:events";
import { describe, expect, onTestFinished, test } from "vitest";
import { createGenesis, genesisModules } from "#node/genesis/createGenesis.js";
import { writeGenesisDoc } from "#node/genesis/genesisDoc.js";
import { HomeLock } from "#node/home/homeLock.js";
import { type HomePaths, homePaths } from "#node/home/homePaths.js";
import { DEFAULT_APP_TOML } from "#node/home/appConfig.js";
import { SdkError } from "#sdk/errors.js";
import { fakeComet } from "#test/harness/fakeComet.js";
import { temporaryFile } from "#test/harness/temporaryFile.js";
import { checkClock, judgeClock } from "./clockCheck.js";
import {
  checkFiles,
  checkFreePorts,
  checkPermissions,
  checkState,
  isRunning,
} from "./homeChecks.js";
import {
  checkComet,
  checkDisk,
  checkNativeModules,
  checkNodeVersion,
  checkOpenFiles,
} from "./hostChecks.js";

function home(): HomePaths {
  const paths = homePaths(dirname(temporaryFile()));
  mkdirSync(paths.configFolder, { mode: 0o700 });
  mkdirSync(paths.dataFolder, { mode: 0o700 });
  return paths;
}

/** A text with a part. */
function containing(part: string): unknown {
  return expect.stringContaining(part);
}

test.each([
  ["20.19.0", "ok"],
  ["20.18.9", "fail"],
  ["22.12.0", "ok"],
  ["24.1.0", "ok"],
  ["23.0.0", "fail"],
  ["18.20.0", "fail"],
])("Node %s is %s", (version, verdict) => {
  expect(checkNodeVersion(version).verdict).toBe(verdict);
});

test.each([
  ["unlimited", "ok"],
  ["4096", "ok"],
  ["1024", "warn"],
  ["256", "fail"],
])("a limit of %s open files is %s", (limit, verdict) => {
  expect(checkOpenFiles(limit).verdict).toBe(verdict);
});

test("this machine's modules, limit and disk are examined", () => {
  expect(checkNativeModules().verdict).toBe("ok");
  expect(checkOpenFiles().found).toMatch(/^([0-9]+|unlimited)$/);
  expect(checkDisk("/nonexistent/folder").found).toMatch(/^[0-9.]+ GiB at \/$/);
});

test("CometBFT is looked for as the node does it", () => {
  expect(checkComet({ COMETBFT: fakeComet() }).verdict).toBe("ok");
  const missing = checkComet({ COMETBFT: "/nonexistent" });
  expect(missing).toMatchObject({ verdict: "fail", found: containing("0.38.25") });
});

describe("a home", () => {
  test("that does not exist is a warning, as no node was made yet", () => {
    expect(checkPermissions(homePaths("/nonexistent/home")).verdict).toBe("warn");
  });

  test("whose key others may read, or whose folder they may write to, fails", () => {
    const paths = home();
    writeFileSync(paths.providerKey, "{}", { mode: 0o600 });
    expect(checkPermissions(paths).verdict).toBe("ok");
    chmodSync(paths.providerKey, 0o640);
    expect(checkPermissions(paths)).toMatchObject({
      verdict: "fail",
      found: `others may read ${paths.providerKey}`,
    });
    chmodSync(paths.providerKey, 0o600);
    chmodSync(paths.dataFolder, 0o777);
    expect(checkPermissions(paths)).toMatchObject({
      verdict: "fail",
      found: `others may write to ${paths.dataFolder}`,
    });
  });

  test("with a bad setting fails with its sentence", () => {
    const paths = home();
    writeFileSync(paths.appConfig, "halt-height = -1");
    expect(checkFiles(paths)).toMatchObject({
      verdict: "fail",
      found: containing("app.toml: halt-height: must be an integer"),
    });
  });

  test("is told apart from one whose node runs", () => {
    const paths = home();
    expect(isRunning(paths)).toBe(false);
    const lock = HomeLock.acquire(paths.lock);
    expect(isRunning(paths)).toBe(true);
    lock.release();
    expect(isRunning(paths)).toBe(false);
  });

  test("without state is fine, with a file that is none it fails", () => {
    const paths = home();
    expect(checkState(paths).verdict).toBe("ok");
    const options = { chainId: "aivm-test-1", time: new Date("2026-01-02T03:04:05Z") };
    writeGenesisDoc(paths.genesis, createGenesis(genesisModules(), options));
    writeFileSync(paths.state, "no database");
    expect(checkState(paths)).toMatchObject({
      verdict: "fail",
      found: containing("not a state database"),
    });
  });
});

test("a port that somebody has fails with its setting, unless the home's own node runs", async () => {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
  });
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const paths = home();
  writeFileSync(paths.appConfig, DEFAULT_APP_TOML);
  writeFileSync(
    paths.cometConfig,
    `[rpc]\nladdr = "tcp://127.0.0.1:${port}"\n[p2p]\nladdr = "tcp://127.0.0.1:${port}"\n`,
  );
  expect(await checkFreePorts(paths, false)).toMatchObject({
    verdict: "fail",
    found: containing("another process listens there; free it, or change p2p.laddr"),
  });
  expect((await checkFreePorts(paths, true)).verdict).toBe("ok");
});

describe("the clock", () => {
  const block = { latestTime: { seconds: 1_000n, nanos: 500_000_000 }, latestHeight: 7n };
  const cases: ReadonlyArray<readonly [number, boolean, string, string]> = [
    [1_001_000, false, "ok", "0.5 s old"],
    [1_000_000, false, "ok", "-0.5 s old"],
    [998_000, false, "fail", "-2.5 s old"],
    [1_100_000, false, "warn", "99.5 s old"],
    [1_100_000, true, "ok", "99.5 s old"],
  ];
  test.each(cases)("at %d ms, catching up %s, is %s", (nowMs, catchingUp, verdict, found) => {
    const finding = judgeClock({ ...block, nowMs, catchingUp });
    expect(finding.verdict).toBe(verdict);
    expect(finding.found).toContain(`block 7 is ${found}`);
  });

  test("is not judged when no node answers", async () => {
    const url = "http://localhost:1";
    const call = () => Promise.reject(new SdkError("RPC_UNREACHABLE", { url, method: "status" }));
    expect((await checkClock({ url, call }, Date.now)).verdict).toBe("warn");
  });
});
