import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { RequestStatus } from "#core/codec/generated/aivm/inference/v1.js";
import { importForBrowser } from "#test/harness/browserBundle.js";
import { FakeChainRpc } from "#test/harness/fakeChainRpc.js";
import { FakeInference } from "#test/harness/fakeInference.js";
import { sampleManifest } from "#test/harness/sampleManifest.js";
import type * as sdk from "./index.js";

const WORDS = "zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo wrong";

describe("bundled for a browser", () => {
  let browser: typeof sdk;
  let fake: FakeChainRpc;
  beforeAll(async () => {
    browser = (await importForBrowser(`export * from "#sdk/index.js";`)) as typeof sdk;
    fake = await FakeChainRpc.start();
  });
  afterAll(async () => {
    await fake.close();
  });

  test("the client asks, pays and verifies as in Node", async () => {
    const inference = new FakeInference(fake, sampleManifest());
    inference.answer = () => ({
      status: RequestStatus.FULFILLED,
      executions: [{ label: [3n], text: "three" }],
    });
    const signer = browser.signerFromMnemonic(WORDS);
    fake.chain.fund(signer.address);
    const { clock, genesis, server } = fake;
    const client = await browser.AivmClient.connect({ rpc: server.url, clock, genesis, signer });
    const { output, proof } = await client.infer("digits", { image: [1, 2, 3, 4] });
    expect(output).toEqual({ label: ["3"], text: "three" });
    expect(proof.verified).toBe(true);
  });

  test("an error of the bundle is told apart by its code", async () => {
    const connecting = browser.AivmClient.connect({ rpc: fake.server.url, chainId: "aivm-1" });
    const error: unknown = await connecting.catch((reason: unknown) => reason);
    expect(browser.isSdkError(error, "WRONG_CHAIN")).toBe(true);
  });
});
