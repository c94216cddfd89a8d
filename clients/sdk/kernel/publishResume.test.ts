import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MsgPublishVersion, MsgUploadChunk } from "#core/codec/generated/aivm/kernel/v1.js";
import { TxBody, TxRaw } from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { fromBase64, toHex } from "#core/primitives/bytes.js";
import { FakeChainRpc } from "#test/harness/fakeChainRpc.js";
import { FakeRegistry } from "#test/harness/fakeRegistry.js";
import { SAMPLE_ARTIFACTS, sampleManifest } from "#test/harness/sampleManifest.js";
import { fakeTxContext } from "#test/harness/sdkClient.js";
import { publishKernel } from "./publishKernel.js";

const BUNDLE = { manifest: sampleManifest(), artifacts: Object.values(SAMPLE_ARTIFACTS) };

let fake: FakeChainRpc;

beforeEach(async () => {
  fake = await FakeChainRpc.start();
  new FakeRegistry(fake);
});

afterEach(() => fake.close());

function handedIn(): TxBody["messages"] {
  return fake.server.callsOf("broadcast_tx_sync").flatMap(({ params }) => {
    const raw = TxRaw.decode(fromBase64(params["tx"] as string)!);
    return TxBody.decode(raw.bodyBytes).messages;
  });
}

/** Digest and index of every chunk that was handed in, in order. */
function chunks(): string[] {
  return handedIn()
    .filter(({ typeUrl }) => typeUrl === MsgUploadChunk.typeUrl)
    .map(({ value }) => MsgUploadChunk.decode(value))
    .map(({ digest, index }) => `${toHex(digest).slice(0, 8)} ${index}`);
}

const transactions = (): number => fake.server.callsOf("broadcast_tx_sync").length;

/** Publishes until so many transactions were handed in, then dies where it stands. */
async function publishUntil(killed: number): Promise<void> {
  const death = new Error("killed");
  const onProgress = (): void => {
    if (transactions() >= killed) throw death;
  };
  const publishing = publishKernel(fakeTxContext(fake), BUNDLE, { inFlight: 1, onProgress });
  await expect(publishing).rejects.toBe(death);
}

describe("a publication that is killed", () => {
  it.each([1, 4, 8])(
    "after %d transactions goes on by the same call and sends no byte twice",
    async (killed) => {
      await publishUntil(killed);
      const before = chunks();
      // A new process: nothing but the chain remembers.
      const { isNew, version } = await publishKernel(fakeTxContext(fake), BUNDLE, { inFlight: 1 });
      expect(version.number).toBe(1n);
      const all = chunks();
      expect(all.slice(0, before.length)).toEqual(before);
      // Five chunks of the model, one each of code and vector.
      expect(all).toHaveLength(7);
      expect(new Set(all).size).toBe(7);
      const published = handedIn().filter(({ typeUrl }) => typeUrl === MsgPublishVersion.typeUrl);
      expect(published).toHaveLength(1);
      expect(isNew).toBe(killed < transactions());
    },
  );
});
