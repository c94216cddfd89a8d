import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  MsgCreateArtifact,
  MsgPublishVersion,
  MsgUploadChunk,
  VersionStatus,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { TxBody, TxRaw } from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { sha256 } from "#core/crypto/hash.js";
import { fromBase64, toHex } from "#core/primitives/bytes.js";
import { TxFault } from "#test/harness/fakeChain.js";
import { FakeChainRpc } from "#test/harness/fakeChainRpc.js";
import { FakeRegistry } from "#test/harness/fakeRegistry.js";
import { SAMPLE_ARTIFACTS, sampleManifest } from "#test/harness/sampleManifest.js";
import { fakeTxContext } from "#test/harness/sdkClient.js";
import type { TxContext } from "../tx/txContext.js";
import type { KernelBundle } from "./bundle.js";
import { findArtifact } from "./findArtifact.js";
import { findKernel } from "./findKernel.js";
import { getVersion } from "./getVersion.js";
import { listKernels } from "./listKernels.js";
import { listVersions } from "./listVersions.js";
import { publishKernel, type PublishProgress } from "./publishKernel.js";
import { runPooled } from "./runPooled.js";
import { uploadArtifact } from "./uploadArtifact.js";
import { uploadSmallArtifacts } from "./uploadSmallArtifacts.js";

const { model, code, vector } = SAMPLE_ARTIFACTS;
const BUNDLE: KernelBundle = { manifest: sampleManifest(), artifacts: [vector, model, code] };
const TOTAL_BYTES = model.length + code.length + vector.length;

let fake: FakeChainRpc;
let registry: FakeRegistry;
let context: TxContext;

beforeEach(async () => {
  fake = await FakeChainRpc.start();
  registry = new FakeRegistry(fake);
  context = fakeTxContext(fake);
});

afterEach(async () => {
  await fake.close();
});

/** Messages that were handed in, in order. */
function handedIn(): Array<TxBody["messages"][number]> {
  return fake.server.callsOf("broadcast_tx_sync").flatMap(({ params }) => {
    const raw = TxRaw.decode(fromBase64(params["tx"] as string)!);
    return TxBody.decode(raw.bodyBytes).messages;
  });
}

function chunksHandedIn(): number[] {
  return handedIn()
    .filter(({ typeUrl }) => typeUrl === MsgUploadChunk.typeUrl)
    .map(({ value }) => Number(MsgUploadChunk.decode(value).index));
}

function countOf(typeUrl: string): number {
  return handedIn().filter((one) => one.typeUrl === typeUrl).length;
}

describe("a kernel that is new", () => {
  test("is uploaded, published and validated, with progress all along", async () => {
    const progress: PublishProgress[] = [];
    const published = await publishKernel(context, BUNDLE, {
      onProgress: (one) => progress.push(one),
    });
    expect(published).toMatchObject({
      name: "digits",
      isNew: true,
      version: { number: 1n, status: VersionStatus.ACTIVE, parents: [] },
    });
    for (const bytes of BUNDLE.artifacts) {
      expect(await findArtifact(context.rpc, { digest: sha256(bytes) })).toMatchObject({
        complete: true,
      });
    }
    const stages = progress
      .map(({ stage }) => stage)
      .filter((stage, index, all) => stage !== all[index - 1]);
    expect(stages).toEqual(["uploading", "publishing", "validating", "active"]);
    const bytes = progress.flatMap((one) => (one.stage === "uploading" ? [one.bytesDone] : []));
    expect(bytes).toEqual([...bytes].sort((a, b) => a - b));
    expect(bytes.at(-1)).toBe(TOTAL_BYTES);
    expect(progress[0]).toEqual({ stage: "uploading", bytesDone: 0, bytesTotal: TOTAL_BYTES });
  });

  test("has the last chunk of each artifact sent alone, after the others", async () => {
    await uploadArtifact(context, model);
    const chunks = chunksHandedIn();
    expect([...chunks].sort()).toEqual([0, 1, 2, 3, 4]);
    expect(chunks.at(-1)).toBe(4);
    const last = fake.chain.txs.get([...fake.chain.txs.keys()].at(-1)!)!;
    const others = [...fake.chain.txs.values()].slice(0, -1);
    expect(others.every(({ height }) => height < last.height)).toBe(true);
  });

  test("has its small artifacts sent in one transaction", async () => {
    const vectors = Array.from({ length: 40 }, (_, index) => new Uint8Array(300).fill(index));
    await uploadSmallArtifacts(context, vectors.slice(0, 2));
    const seen: number[] = [];
    await uploadSmallArtifacts(context, vectors, { onBytes: (bytes) => seen.push(bytes) });
    expect(fake.server.callsOf("broadcast_tx_sync")).toHaveLength(2);
    expect(seen).toEqual([600, 12_000]);
    for (const bytes of vectors) {
      expect(await findArtifact(context.rpc, { digest: sha256(bytes) })).toMatchObject({
        complete: true,
      });
    }
    await uploadSmallArtifacts(context, vectors);
    expect(fake.server.callsOf("broadcast_tx_sync")).toHaveLength(2);
  });

  test("is simulated once for all chunks of one length", async () => {
    registry.chunkSize = 5_000n;
    await uploadArtifact(context, model);
    expect(chunksHandedIn()).toHaveLength(14);
    const simulations = fake.server
      .callsOf("abci_query")
      .filter(({ params }) => params["path"] === "/cosmos.tx.v1beta1.Service/Simulate");
    // The opening, the first chunk, and the last one.
    expect(simulations).toHaveLength(3);
  });

  test("whose name another account takes, or whose publication fails, says what the chain says", async () => {
    fake.chain.messages.set(MsgPublishVersion.typeUrl, () => {
      throw new TxFault("kernel", 111, "kernel belongs to another owner");
    });
    await expect(publishKernel(context, BUNDLE)).rejects.toMatchObject({
      code: "TX_FAILED",
      facts: { stage: "deliver", codespace: "kernel", code: 111 },
    });
  });

  test("that the providers reject says why", async () => {
    registry.rejection = "operator Loop is not allowed";
    await expect(publishKernel(context, BUNDLE)).rejects.toMatchObject({
      code: "VERSION_REJECTED",
      facts: { kernel: "digits", reason: "operator Loop is not allowed" },
    });
  });

  test("whose validation takes too long can be waited for by calling again", async () => {
    const failure = publishKernel(context, BUNDLE, { validationTimeoutMs: 0 });
    await expect(failure).rejects.toMatchObject({ code: "WAIT_TIMED_OUT" });
    const before = handedIn().length;
    expect(await publishKernel(context, BUNDLE)).toMatchObject({
      isNew: false,
      version: { number: 1n },
    });
    expect(handedIn()).toHaveLength(before);
  });
});

describe("a bundle", () => {
  test("without bytes that the chain has is published", async () => {
    await uploadArtifact(context, model);
    const chunks = chunksHandedIn().length;
    await publishKernel(context, { ...BUNDLE, artifacts: [code, vector] });
    expect(chunksHandedIn()).toHaveLength(chunks + 2);
  });

  test("without bytes that nobody has is refused before anything is sent", async () => {
    const failure = publishKernel(context, { ...BUNDLE, artifacts: [code, vector] });
    await expect(failure).rejects.toMatchObject({
      code: "ARTIFACT_MISSING",
      facts: { digest: toHex(sha256(model)) },
    });
    expect(handedIn()).toEqual([]);
  });
});

describe("an upload that broke off", () => {
  test("goes on with the chunks that are missing", async () => {
    registry.chunkSize = 10_000n;
    let uploads = 0;
    fake.chain.beforeCheck = ({ messages }) => {
      if (messages[0]!.typeUrl !== MsgUploadChunk.typeUrl) return;
      uploads += 1;
      if (uploads === 4) throw new TxFault("sdk", 20, "mempool is full");
    };
    await expect(uploadArtifact(context, model, { inFlight: 1 })).rejects.toMatchObject({
      code: "TX_FAILED",
    });
    expect(chunksHandedIn()).toEqual([0, 1, 2, 3]);
    fake.chain.beforeCheck = () => undefined;
    const seen: number[] = [];
    await uploadArtifact(context, model, { inFlight: 1, onBytes: (bytes) => seen.push(bytes) });
    expect(chunksHandedIn().slice(4)).toEqual([3, 4, 5, 6]);
    expect(countOf(MsgCreateArtifact.typeUrl)).toBe(1);
    expect(seen[0]).toBe(30_000);
    expect(seen.at(-1)).toBe(model.length);
  });

  test("is not begun again when it is complete", async () => {
    await uploadArtifact(context, model);
    const before = handedIn().length;
    await uploadArtifact(context, model);
    expect(handedIn()).toHaveLength(before);
  });

  test("of somebody else is no upload of one's own", async () => {
    registry.chunkSize = 100_000n;
    await uploadArtifact(context, code);
    const other = fakeTxContext(fake, "bob");
    await uploadArtifact(other, vector);
    expect(countOf(MsgCreateArtifact.typeUrl)).toBe(2);
    expect(
      await findArtifact(context.rpc, { digest: sha256(vector), uploader: other.signer.address }),
    ).toBeUndefined();
  });
});

describe("a kernel that exists", () => {
  test("is not published twice with one manifest", async () => {
    await publishKernel(context, BUNDLE);
    const before = handedIn().length;
    const again = await publishKernel(context, BUNDLE);
    expect(again).toMatchObject({ isNew: false, version: { number: 1n } });
    expect(handedIn()).toHaveLength(before);
  });

  test("gets a new version that derives from its head, or from what is given", async () => {
    const first = await publishKernel(context, BUNDLE);
    const next = { ...BUNDLE, manifest: { ...BUNDLE.manifest, description: "second" } };
    const second = await publishKernel(context, next);
    expect(second).toMatchObject({
      isNew: true,
      version: { number: 2n, parents: [first.version.id] },
    });
    const third = { ...BUNDLE, manifest: { ...BUNDLE.manifest, description: "third" } };
    const forked = await publishKernel(context, third, { parents: [] });
    expect(forked.version).toMatchObject({ number: 3n, parents: [] });
    expect(countOf(MsgUploadChunk.typeUrl)).toBe(7);
  });

  test("that was rejected is published again only as another version", async () => {
    registry.rejection = "providers do not agree";
    await expect(publishKernel(context, BUNDLE)).rejects.toMatchObject({
      code: "VERSION_REJECTED",
    });
    registry.rejection = "";
    const before = handedIn().length;
    await expect(publishKernel(context, BUNDLE)).rejects.toMatchObject({
      code: "VERSION_REJECTED",
      facts: { reason: "providers do not agree" },
    });
    expect(handedIn()).toHaveLength(before);
    const published = await publishKernel(context, BUNDLE, { parents: [sha256()] });
    expect(published).toMatchObject({ isNew: true, version: { number: 2n } });
  });

  test("can be found, and listed with its versions", async () => {
    await publishKernel(context, BUNDLE);
    await publishKernel(context, { ...BUNDLE, manifest: sampleManifest("letters") });
    const { rpc } = context;
    expect(await findKernel(rpc, "nothing")).toBeUndefined();
    const kernels = await listKernels(rpc);
    expect(kernels.map(({ name }) => name)).toEqual(["digits", "letters"]);
    const [version] = await listVersions(rpc, "letters");
    expect((await getVersion(rpc, version!.id)).manifest.name).toBe("letters");
    await expect(listVersions(rpc, "nothing")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});

describe("tasks in a pool", () => {
  test("run so many at a time, in order", async () => {
    let running = 0;
    let most = 0;
    const begun: number[] = [];
    await runPooled([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
      begun.push(item);
      most = Math.max(most, ++running);
      await Promise.resolve();
      running -= 1;
    });
    expect(begun).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(most).toBe(3);
  });

  test("end with the first failure, and begin no further one", async () => {
    const begun: number[] = [];
    const failure = new Error("third");
    const run = runPooled([1, 2, 3, 4, 5, 6, 7], 2, async (item) => {
      begun.push(item);
      await Promise.resolve();
      if (item === 3) throw failure;
    });
    await expect(run).rejects.toBe(failure);
    expect(begun.length).toBeLessThan(6);
  });

  test("none at all end at once", async () => {
    await expect(runPooled([], 4, () => Promise.reject(new Error("no")))).resolves.toBeUndefined();
  });
});
