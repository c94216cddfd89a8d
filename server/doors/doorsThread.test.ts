import { once } from "node:events";
import { createServer } from "node:net";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { compiledEntry } from "#test/harness/compiledEntry.js";
import { buildGenesis } from "#test/harness/genesis.js";
import { TestAccount, TestValidator } from "#test/harness/identities.js";
import { MemoryNetwork } from "#test/harness/memoryNetwork.js";
import { MemoryNode } from "#test/harness/memoryNode.js";
import { temporaryFile } from "#test/harness/temporaryFile.js";
import { doorsFailed } from "../query/errors.js";
import type { DoorsWorkerData } from "./doorsMessages.js";
import { DoorsThread } from "./doorsThread.js";

const CHAIN_ID = "aivm-test-1";
const REST = {
  host: "127.0.0.1",
  port: 0,
  cors: false,
  maxConnections: 10,
  maxBodyBytes: 10_000,
  readTimeoutMs: 5_000,
  idleTimeoutMs: 5_000,
};
const GRPC = {
  host: "127.0.0.1",
  port: 0,
  maxReceiveBytes: 10_000,
  maxSendBytes: 1 << 20,
  maxConnections: 10,
  maxStreams: 10,
  readTimeoutMs: 5_000,
};
const IGNORE = { counted: () => undefined, threadEnded: () => undefined };

let entry: URL;
let queryEntry: string;

beforeAll(async () => {
  entry = await compiledEntry("server/doors/doorsWorker.ts");
  queryEntry = (await compiledEntry("server/query/queryWorker.ts")).href;
});

/** A chain on disk with one block. */
async function chainOnDisk(): Promise<DoorsWorkerData> {
  const path = temporaryFile();
  const validator = new TestValidator("validator-0");
  const node = new MemoryNode(CHAIN_ID, validator, { path });
  onTestFinished(() => {
    node.store.close();
  });
  const genesis = buildGenesis(node.wiring, {
    chainId: CHAIN_ID,
    validators: [validator],
    accounts: [new TestAccount("user")],
    balance: 200_000_000n,
  });
  await new MemoryNetwork(CHAIN_ID, [node], genesis).run(1);
  const queries = { threads: 1, timeoutMs: 30_000 };
  return { state: { path, chainId: CHAIN_ID }, queries, grpc: GRPC, rest: REST, queryEntry };
}

function params(port: number | undefined): Promise<Response> {
  return fetch(`http://127.0.0.1:${port ?? 0}/cosmos/bank/v1beta1/params`);
}

test("a thread serves both doors from the state on disk, counts, and closes in time", async () => {
  const data = await chainOnDisk();
  let counted: (answered: number) => void = () => undefined;
  const reported = new Promise<number>((settle) => {
    counted = settle;
  });
  const listener = {
    ...IGNORE,
    counted: ({ answered }: { readonly answered: number }) => {
      counted(answered);
    },
  };
  const doors = await DoorsThread.open(data, listener, entry);
  const { rest, grpc } = doors.ports;
  expect(grpc).toBeGreaterThan(0);
  const response = await params(rest);
  expect(response.status).toBe(200);
  expect(response.headers.get("x-cosmos-block-height")).toBe("1");
  expect(await response.json()).toMatchObject({ params: { default_send_enabled: true } });
  expect(await reported).toBe(1);
  await doors.close();
  await expect(params(rest)).rejects.toThrow();
});

test("a door that is shut in the settings stays shut", async () => {
  const doors = await DoorsThread.open(
    { ...(await chainOnDisk()), grpc: undefined },
    IGNORE,
    entry,
  );
  expect(doors.ports.grpc).toBeUndefined();
  expect((await params(doors.ports.rest)).status).toBe(200);
  await doors.close();
});

test("a port in use is an error that names it", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  const { port } = taken.address() as { port: number };
  const data = await chainOnDisk();
  for (const changed of [{ rest: { ...REST, port } }, { grpc: { ...GRPC, port } }]) {
    const opened = DoorsThread.open({ ...data, ...changed }, IGNORE, entry);
    await expect(opened).rejects.toSatisfy(doorsFailed.is);
    await expect(opened).rejects.toThrow(String(port));
  }
  taken.close();
});

test("a thread that ends is told of and replaced", async () => {
  const script = `import { parentPort } from "node:worker_threads";
    parentPort.postMessage({ kind: "open", ports: {} });
    parentPort.once("message", () => process.exit());
    throw new Error("the doors fell off");`;
  const reasons: string[] = [];
  let again: () => void = () => undefined;
  const twice = new Promise<void>((settle) => {
    again = settle;
  });
  const listener = {
    ...IGNORE,
    threadEnded: (reason: string) => {
      if (reasons.push(reason) === 2) again();
    },
  };
  const data = { ...(await chainOnDisk()), grpc: undefined, rest: undefined };
  const doors = await DoorsThread.open(
    data,
    listener,
    new URL(`data:text/javascript,${encodeURIComponent(script)}`),
  );
  await twice;
  expect(reasons).toEqual(["the doors fell off", "the doors fell off"]);
  await doors.close();
});
