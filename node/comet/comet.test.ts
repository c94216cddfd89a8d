import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { dirname } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { ChainError } from "#core/primitives/errors.js";
import { temporaryFile } from "#test/harness/temporaryFile.js";
import { caught } from "#test/harness/caught.js";
import { homePaths } from "../home/homePaths.js";
import { createLogger } from "../logging/logger.js";
import { COMET_VERSION, findComet, initCometFiles } from "./cometBinary.js";
import { errorSentence } from "./cometLog.js";
import { CometProcess } from "./cometProcess.js";
import { cometFailed, cometMissing, portInUse, wrongCometVersion } from "./errors.js";
import { checkPorts } from "./ports.js";
import { awaitPreviousComet } from "./previousComet.js";

/** A program called `cometbft` in a folder of its own. */
function fakeComet(script: string): string {
  const path = temporaryFile("cometbft");
  writeFileSync(path, `#!/usr/bin/env bash\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

function versionOf(version: string): string {
  return fakeComet(`echo ${version}`);
}

const NOWHERE = { AIVM_CACHE: "/nonexistent" };

describe("findComet", () => {
  test("takes the binary that COMETBFT names", () => {
    const path = versionOf(COMET_VERSION);
    expect(findComet({ ...NOWHERE, COMETBFT: path })).toBe(path);
  });

  test("refuses a named binary of another version, even if there is a fitting one", () => {
    const environment = { PATH: dirname(versionOf(COMET_VERSION)), COMETBFT: versionOf("0.37.4") };
    const error = caught(() => findComet(environment));
    expect(wrongCometVersion.is(error)).toBe(true);
    expect(String(error)).toContain("is CometBFT 0.37.4; this chain needs 0.38.25");
  });

  test("refuses a named binary that does not run", () => {
    const error = caught(() => findComet({ COMETBFT: "/nonexistent/cometbft" }));
    expect(String(error)).toContain("/nonexistent/cometbft is CometBFT not a working binary");
  });

  test("takes the first fitting one of the PATH", () => {
    const [other, fitting] = [versionOf("0.39.0"), versionOf(COMET_VERSION)];
    const PATH = `${dirname(other)}:${dirname(fitting)}`;
    expect(findComet({ ...NOWHERE, PATH })).toBe(fitting);
  });

  test("names what it found and what to do when nothing fits", () => {
    const other = versionOf("0.39.0");
    const error = caught(() => findComet({ ...NOWHERE, PATH: dirname(other) }));
    expect(cometMissing.is(error)).toBe(true);
    expect(String(error)).toContain(`${other}, which is 0.39.0`);
    expect(String(error)).toContain("run `make setup`");
  });
});

test("a failing init gives what CometBFT said", () => {
  const error = caught(() => {
    initCometFiles(fakeComet("echo no space >&2; exit 1"), "/nonexistent");
  });
  expect(cometFailed.is(error)).toBe(true);
  expect(String(error)).toContain("cometbft init failed: no space");
});

describe("checkPorts", () => {
  const place = { setting: "rpc.laddr", path: "/home/config.toml" };

  test("is content with free ports", async () => {
    await checkPorts([{ endpoint: { host: "127.0.0.1", port: 0 }, ...place }]);
    await checkPorts([{ endpoint: { host: "", port: 0 }, ...place }]);
  });

  test("names the setting of a port that is in use", async () => {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => {
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    const error: unknown = await checkPorts([
      { endpoint: { host: "127.0.0.1", port }, ...place },
    ]).catch((reason: unknown) => reason);
    expect(portInUse.is(error)).toBe(true);
    expect((error as ChainError).message).toBe(
      `127.0.0.1:${port}: another process listens there; free it, or change rpc.laddr in /home/config.toml`,
    );
  });

  test("names the setting of an address that the machine does not have", async () => {
    const endpoint = { host: "203.0.113.7", port: 26_656 };
    await expect(checkPorts([{ endpoint, ...place }])).rejects.toThrow(
      "203.0.113.7:26656: this machine does not have the address",
    );
  });
});

/** A CometBFT that is a script, and the log that became of what it wrote. */
function start(script: string): { comet: CometProcess; lines: Array<Record<string, unknown>> } {
  const home = homePaths(dirname(temporaryFile()));
  mkdirSync(home.dataFolder, { recursive: true });
  const lines: Array<Record<string, unknown>> = [];
  const sink = {
    write: (text: string) => lines.push(JSON.parse(text) as Record<string, unknown>),
  };
  const comet = new CometProcess({
    binary: fakeComet(script),
    home,
    proxyApp: "unix:///nonexistent",
    environment: { PATH: process.env["PATH"] },
    log: createLogger({ level: "debug", format: "json", sink }),
    level: "warn",
  });
  return { comet, lines };
}

describe("CometProcess", () => {
  test("relays each line with its level under its module", async () => {
    const { comet, lines } = start(
      `echo '{"_msg":"service start","level":"info","module":"p2p","ts":"x","impl":"Switch","msg":"Starting Switch"}'
       echo '{"_msg":"seen","level":"debug","module":"state"}'
       echo '{"_msg":"dial failed","level":"error","module":"p2p","err":"refused"}' >&2`,
    );
    await comet.ended;
    const relayed = lines.map((line) => ({ ...line, time: undefined }));
    expect(relayed).toContainEqual({
      level: "info",
      module: "comet/p2p",
      msg: "service start",
      impl: "Switch",
      detail: "Starting Switch",
    });
    expect(relayed).toContainEqual({ level: "debug", module: "comet/state", msg: "seen" });
    expect(relayed).toContainEqual({
      level: "error",
      module: "comet/p2p",
      msg: "dial failed",
      err: "refused",
    });
  });

  test("is started with its home, the application's socket and our level", async () => {
    const { comet, lines } = start('echo "$@" "$CMT_LOG_FORMAT"');
    await comet.ended;
    expect(lines[0]!["msg"]).toMatch(
      /^start --home \/\S+ --proxy_app unix:\/\/\/nonexistent --abci socket --db_dir data\/comet --log_level error json$/,
    );
  });

  test("that ends by itself says why", async () => {
    const { comet } = start(
      `echo '{"_msg":"dial failed","level":"error","module":"p2p","err":"refused"}'
       echo 'panic: wrong app hash' >&2; echo 'goroutine 1 [running]:' >&2; exit 2`,
    );
    expect(await comet.ended).toBe(
      "CometBFT ended with code 2; its last error: panic: wrong app hash",
    );
  });

  test("whose consensus failed is stopped, since it would never go on", async () => {
    const failure =
      '{"_msg":"CONSENSUS FAILURE!!!","level":"error","err":"no space left on device"}';
    const { comet } = start(
      `trap 'echo "{\\"level\\":\\"error\\",\\"_msg\\":\\"closing\\"}"; exit 0' TERM
       echo '${failure}'; while :; do sleep 0.01; done`,
    );
    expect(await comet.ended).toBe(
      "CometBFT ended with code 0; its last error: CONSENSUS FAILURE!!!: no space left on device",
    );
  });

  test("that cannot be started says why", async () => {
    const home = homePaths(dirname(temporaryFile()));
    const log = createLogger({ level: "error", format: "json", sink: { write: () => true } });
    const comet = new CometProcess({
      binary: "/nonexistent/cometbft",
      home,
      proxyApp: "unix:///x",
      environment: {},
      log,
      level: "info",
    });
    expect(await comet.ended).toContain("CometBFT cannot be started: ");
    await comet.stop();
  });

  test("stops on SIGTERM", async () => {
    const { comet, lines } = start(
      "trap 'echo {}; exit 0' TERM; echo ready; while :; do sleep 0.01; done",
    );
    await until(() => lines.length > 0);
    await comet.stop();
    expect(await comet.ended).toMatch(/^CometBFT ended with code 0/);
  });

  test("is killed when it does not stop within the grace", async () => {
    const { comet, lines } = start("trap '' TERM; echo ready; while :; do sleep 0.01; done");
    await until(() => lines.length > 0);
    await comet.stop(20);
    expect(await comet.ended).toMatch(/^CometBFT ended with SIGKILL/);
  });
});

describe("awaitPreviousComet", () => {
  test("does nothing where none is named", async () => {
    await awaitPreviousComet("/nonexistent/comet.pid");
  });

  test("waits for the process that is named and forgets it", async () => {
    const pidFile = temporaryFile("comet.pid");
    const child = spawn("sleep", ["0.2"], { stdio: "ignore" });
    writeFileSync(pidFile, String(child.pid));
    const exited = once(child, "exit");
    await awaitPreviousComet(pidFile);
    expect(child.exitCode).toBe(0);
    expect(existsSync(pidFile)).toBe(false);
    await exited;
  });

  test("goes on when the process outlives its patience", async () => {
    const pidFile = temporaryFile("comet.pid");
    writeFileSync(pidFile, String(process.pid));
    await awaitPreviousComet(pidFile, 100);
    expect(existsSync(pidFile)).toBe(false);
  });
});

test.each([
  ["", undefined],
  ['{"level":"info","_msg":"x"}', undefined],
  ['{"level":"error","_msg":"x","err":"y"}', "x: y"],
  ['{"level":"error","_msg":"x"}', "x"],
  ["panic: z", "panic: z"],
])("the error sentence of %s is %s", (line, sentence) => {
  expect(errorSentence(line)).toBe(sentence);
});

/** Lets the event loop turn until something holds. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((settle) => setImmediate(settle));
}
