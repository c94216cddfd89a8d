import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as sdk from "#sdk/index.js";
import {
  compileExamples,
  examplesOf,
  type RunExample,
} from "../../../tools/sdkReference/examples.js";
import { guideExample } from "../../../tools/sdkReference/guideExamples.js";
import { readSdk } from "../../../tools/sdkReference/program.js";
import { publicExports } from "../../../tools/sdkReference/publicExports.js";
import { showLogsOnFailure, TestNetwork } from "../network.js";
import { type PrivateBuild, privateBuild } from "../privateBuild.js";
import { CuttableProxy } from "./cuttableProxy.js";
import type { ExampleScope } from "./exampleScope.js";
import { makeScope } from "./makeScope.js";
import { SocketReader } from "./socketReader.js";

/** The guide is one more, which has a client of its own. */
const GUIDE = guideExample();
const EXPORTS = [...publicExports(readSdk()), GUIDE];
const TITLES = examplesOf(EXPORTS).map(({ title }) => title);
/** It has a client of its own for the account that the others share, so that it runs alone. */
const ALONE = "AivmClient";
/** It waits until somebody is sent something. */
const WAITING = "streamEvents";
const OTHERS = TITLES.filter((title) => ![ALONE, WAITING, GUIDE.name].includes(title));

let program: PrivateBuild;
let network: TestNetwork;
let scope: ExampleScope;
let examples: ReadonlyMap<string, RunExample>;

beforeAll(async () => {
  program = await privateBuild();
  network = await TestNetwork.start({
    validators: 1,
    programOf: () => ({ entry: program.entry }),
  });
  scope = await makeScope(network);
  examples = await compileExamples(EXPORTS, sdk, (source) =>
    source.replaceAll("http://localhost:26657", scope.rpc.url),
  );
}, 180_000);

afterAll(async () => {
  await network.close();
  program.remove();
}, 60_000);

showLogsOnFailure(() => network);

async function run(title: string): Promise<void> {
  const example = examples.get(title);
  if (example === undefined) throw new Error(`there is no example ${title}`);
  await example(scope).catch(async (error: unknown) => {
    // On an overloaded machine the only member may miss its window; nothing else is forgiven.
    if (!sdk.isSdkError(error, "NO_AGREEMENT")) throw error;
    await example(scope);
  });
}

describe("on a real node", () => {
  test("the client's example runs", () => expect(run(ALONE)).resolves.toBeUndefined());

  test("the guide runs", () => expect(run(GUIDE.name)).resolves.toBeUndefined());

  test.concurrent.each(OTHERS)("the example of %s runs", async (title) => {
    await expect(run(title)).resolves.toBeUndefined();
  });

  test("the example that waits for a transfer sees one", async () => {
    const over = new AbortController();
    const running = run(WAITING).finally(() => {
      over.abort();
    });
    const transfer = { to: scope.bob, coins: [sdk.coin("unes", 1n)] };
    while (!over.signal.aborted) await scope.client.send(transfer);
    await expect(running).resolves.toBeUndefined();
  });
});

describe("an inference on a real node", () => {
  test("comes in the types of its schema, with the members as they go on", async () => {
    const digits = await scope.client.kernel(scope.digits);
    const seen: sdk.RequestProgress[] = [];
    const { output, proof } = await digits.infer(
      { image: Uint8Array.from(scope.image) },
      { onProgress: (progress) => seen.push(progress) },
    );
    expect(output?.label).toEqual(BigInt64Array.of(3n));
    expect(output?.probs).toBeInstanceOf(Float32Array);
    expect(output?.probs).toHaveLength(10);
    expect(proof.verified).toBe(true);
    expect(seen[0]).toMatchObject({ stage: "queued", members: [] });
    expect(seen.at(-1)).toMatchObject({ stage: "done", members: [{ status: "REVEALED" }] });
  });

  test("that is cancelled says whether it is on the chain, and can be had all the same", async () => {
    const { client, image } = scope;
    const controller = new AbortController();
    const onProgress = (): void => {
      controller.abort();
    };
    const { signal } = controller;
    const asked = client.infer("digits", { image }, { signal, onProgress });
    const error: unknown = await asked.catch((reason: unknown) => reason);
    if (!sdk.isSdkError(error, "CANCELLED")) throw error;
    const { onChain, requestId = 0n } = error.facts;
    expect(onChain).toBe("yes");
    expect((await client.awaitInference(requestId)).output).toMatchObject({ label: ["3"] });
  });

  test("with a wrong input is refused by name before anything is sent", async () => {
    const { client } = scope;
    const before = await client.balance("unes");
    await expect(client.infer("digits", { image: [1, 2, 300] })).rejects.toMatchObject({
      code: "INPUT_UNFIT",
      facts: { field: "image", expected: "uint8[1,64]", problem: "image[2] is 300" },
    });
    expect(await client.balance("unes")).toBe(before);
  });
});

describe("blocks of a real node", () => {
  test("come by its websocket, and again after the connection broke, each once", async () => {
    const proxy = await CuttableProxy.start(new URL(scope.rpc.url));
    const reader = SocketReader.start(program.entry, proxy.url);
    try {
      const first = await reader.heights(3);
      proxy.cut();
      const all = await reader.heights(8);
      const start = first[0] ?? 0;
      expect(all.slice(0, 8)).toEqual(Array.from({ length: 8 }, (_, index) => start + index));
      expect(proxy.upgrades).toBeGreaterThan(1);
    } finally {
      reader.stop();
      await proxy.close();
    }
  });
});
