import { once } from "node:events";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { JsonObject } from "#core/codec/json.js";
import { awaitPreviousComet } from "#node/comet/previousComet.js";
import { readText, writeText } from "#node/home/files.js";
import { homePaths, type HomePaths } from "#node/home/homePaths.js";
import { TomlEditor, type TomlScalar } from "#node/home/tomlEditor.js";
import { freePorts } from "#testnet/process/freePorts.js";
import type { NodePorts } from "#testnet/ports.js";
import { type ProgramOutcome, RunningProgram, runProgram } from "./cliProgram.js";
import { privateBuild, type PrivateBuild } from "./privateBuild.js";

const CHAIN_ID = "aivm-cli-1";
const PASSPHRASE = "correct horse\n";
const MNEMONIC = "test test test test test test test test test test test junk";

let program: PrivateBuild;
let folder: string;
let home: HomePaths;
let ports: NodePorts;
const running: RunningProgram[] = [];

beforeAll(async () => {
  program = await privateBuild();
  folder = mkdtempSync(join(tmpdir(), "aivm-cli-"));
  home = homePaths(join(folder, "one"));
  ports = (await freePorts(1))[0]!;
}, 60_000);

afterAll(async () => {
  for (const node of running) {
    node.signal("SIGKILL");
    await node.ended;
  }
  program.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a command on a home. */
function aivmd(line: string, input = "", at = home): Promise<ProgramOutcome> {
  return runProgram(program.entry, [...line.split(" "), "--home", at.root], input);
}

/** Runs a command that must succeed and gives what it printed. */
async function done(line: string, input = "", at = home): Promise<string> {
  const { code, stdout, stderr } = await aivmd(line, input, at);
  expect({ line, code, stderr: code === 0 ? "" : stderr }).toEqual({ line, code: 0, stderr: "" });
  return stdout;
}

async function json(line: string, at = home): Promise<JsonObject> {
  return JSON.parse(await done(`${line} --output json`, "", at)) as JsonObject;
}

/** Starts a node and waits until a height is committed. */
async function startUntil(height: number, at = home): Promise<RunningProgram> {
  const flags = ["start", "--home", at.root, "--log-format", "json"];
  const node = new RunningProgram(program.entry, flags);
  running.push(node);
  await node.awaitLine(({ msg, height: at }) => msg === "block committed" && Number(at) >= height);
  return node;
}

/** Asks the node to stop and expects that it does so in order. */
async function stop(node: RunningProgram): Promise<void> {
  node.signal("SIGTERM");
  expect(await node.ended).toBe(0);
  expect(node.stderr).toBe("");
}

/** Puts a home on ports that are free. */
function usePorts(at: HomePaths): void {
  edit(at.cometConfig, [
    ["p2p.laddr", `tcp://127.0.0.1:${ports.p2p}`],
    ["rpc.laddr", `tcp://127.0.0.1:${ports.rpc}`],
    ["instrumentation.prometheus_listen_addr", `127.0.0.1:${ports.cometMetrics}`],
    ["consensus.timeout_commit", "300ms"],
  ]);
  edit(at.appConfig, [
    ["telemetry.address", `127.0.0.1:${ports.telemetry}`],
    ["api.address", `tcp://127.0.0.1:${ports.rest}`],
    ["grpc.address", `127.0.0.1:${ports.grpc}`],
    ["inference.children", 1],
  ]);
  edit(at.clientConfig, [["node", `tcp://127.0.0.1:${ports.rpc}`]]);
}

function edit(path: string, settings: ReadonlyArray<readonly [string, TomlScalar]>): void {
  const editor = new TomlEditor(readText(path, "init writes it"), path);
  for (const [setting, value] of settings) editor.set(setting, value);
  writeText(path, editor.toString());
}

interface Status extends JsonObject {
  application_info: { height: string; app_hash: string };
  sync_info: JsonObject;
  node_info: JsonObject;
  validator_info: JsonObject;
  provider_info: JsonObject;
}

describe("a node from nothing", { timeout: 170_000 }, () => {
  test("is initialised, gets a validator and starts", async () => {
    await done(`init amy --chain-id ${CHAIN_ID}`);
    usePorts(home);
    const key = await done("keys add amy --recover -o json", `${MNEMONIC}\n${PASSPHRASE}`);
    const { address } = JSON.parse(key) as { address: string };
    await done(`genesis add-account ${address} 1000000000000unes`);
    await done("genesis gentx amy 100000000000unes", PASSPHRASE);
    expect(await json("genesis collect")).toEqual({ validators: 1, peers: [] });
    expect(await json("genesis validate")).toMatchObject({ chain_id: CHAIN_ID, validators: 1 });

    const node = await startUntil(3);
    const status = (await json("status")) as Status;
    expect(status.node_info).toMatchObject({ network: CHAIN_ID, moniker: "amy" });
    expect(status.sync_info).toMatchObject({ catching_up: false });
    expect(status.validator_info).toMatchObject({ voting_power: "100000" });
    expect(status.provider_info).toMatchObject({ state: "available", open_batches: 0 });
    expect(Number(status.application_info.height)).toBeGreaterThanOrEqual(3);
    expect(status.application_info.app_hash).toMatch(/^[0-9A-F]{64}$/);
    const levels = new Set(node.log.map(({ level }) => level));
    expect(levels).toContain("info");
    expect(node.log.some(({ module }) => module === "comet/consensus")).toBe(true);
    await stop(node);
  });

  test("is left alone while another one runs on its home", async () => {
    const node = await startUntil(4);
    for (const command of ["start", "export", "rollback"]) {
      const { code, stderr } = await aivmd(command);
      expect([command, code]).toEqual([command, 1]);
      expect(stderr).toContain("error: home/4 ");
    }
    await stop(node);
  });

  test("says what is in its way", async () => {
    const genesis = readFileSync(home.genesis, "utf8");
    writeText(home.genesis, genesis.replace(`"${CHAIN_ID}"`, '"aivm-other-1"'));
    const other = await aivmd("start");
    expect(other.stderr).toContain(`holds the state of the chain ${CHAIN_ID}`);
    expect(other.stderr).toContain("error: cli/5 ");
    writeText(home.genesis, genesis);

    const key = readFileSync(home.providerKey, "utf8");
    writeText(home.providerKey, "{");
    expect((await aivmd("start")).stderr).toContain("provider_key.json: is not JSON");
    writeText(home.providerKey, key);

    const squatter = createServer().listen(ports.p2p, "127.0.0.1");
    await once(squatter, "listening");
    const port = await aivmd("start");
    squatter.close();
    expect(port.stderr).toContain("error: comet/5 ");
    expect(port.stderr).toContain(`127.0.0.1:${ports.p2p}: another process listens there`);
    expect(port.code).toBe(1);
  });

  test("goes back by one block and executes it again to the same hash", async () => {
    const before = await exported();
    const hash = committed(running.at(-1), before.height);
    const { height, comet_height: cometHeight } = await json("rollback");
    expect(Number(height)).toBe(before.height - 1);
    expect(cometHeight).toBe(height);
    expect((await exported()).height).toBe(before.height - 1);

    const node = await startUntil(before.height + 1);
    expect(hash).toMatch(/^[0-9A-F]{64}$/);
    expect(committed(node, before.height)).toBe(hash);
    await stop(node);
  });

  test("hands its state over to a new home, where the chain goes on", async () => {
    const before = await exported();
    const next = homePaths(join(folder, "two"));
    mkdirSync(next.configFolder, { recursive: true });
    for (const name of ["consensusKey", "nodeKey", "providerKey"] as const) {
      copyFileSync(home[name], next[name]);
    }
    const file = join(folder, "exported.json");
    writeText(file, JSON.stringify(before.doc));
    await done(`init amy --genesis ${file}`, "", next);
    usePorts(next);
    const node = await startUntil(before.height + 3, next);
    const first = node.log.find(({ msg }) => msg === "block committed");
    expect(Number(first?.["height"])).toBe(before.height + 1);
    const status = (await json("status", next)) as Status;
    expect(status.provider_info).toMatchObject({ state: "available" });
    await stop(node);
    expect(sameCoins(before.doc)).toEqual(sameCoins((await exported(next)).doc));
  });

  test("ends at once at the second signal", async () => {
    const node = await startUntil(1);
    node.signal("SIGINT");
    node.signal("SIGTERM");
    expect([130, 143]).toContain(await node.ended);
    // CometBFT notices that its application is gone, and ends too.
    await awaitPreviousComet(home.cometProcess);
  });
});

/** Application hash of a height, by the log of the node that executed it. */
function committed(node: RunningProgram | undefined, height: number): unknown {
  const line = node?.log.find(
    ({ msg, height: at }) => msg === "block committed" && Number(at) === height,
  );
  return line?.["appHash"];
}

interface Exported {
  readonly doc: JsonObject;
  /** Height of the state. */
  readonly height: number;
}

async function exported(at = home): Promise<Exported> {
  const doc = JSON.parse(await done("export", "", at)) as JsonObject;
  return { doc, height: Number(doc["initial_height"]) - 1 };
}

/** What no empty block changes. */
function sameCoins(doc: JsonObject): unknown {
  const { auth, bank, kernel } = doc["app_state"] as JsonObject;
  return { auth, supply: (bank as JsonObject)["supply"], kernel };
}
