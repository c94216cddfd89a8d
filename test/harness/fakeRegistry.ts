import {
  Artifact,
  Kernel,
  Manifest,
  MsgCreateArtifact,
  MsgCreateArtifactResponse,
  MsgPublishVersion,
  MsgPublishVersionResponse,
  MsgUploadChunk,
  MsgUploadChunkResponse,
  QueryArtifactChunkRequest,
  QueryArtifactChunkResponse,
  QueryArtifactRequest,
  QueryArtifactResponse,
  QueryKernelRequest,
  QueryKernelResponse,
  QueryKernelsRequest,
  QueryKernelsResponse,
  QueryVersionRequest,
  QueryVersionResponse,
  QueryVersionsRequest,
  QueryVersionsResponse,
  Version,
  VersionStatus,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { pack } from "#core/codec/typeRegistry.js";
import { sha256 } from "#core/crypto/hash.js";
import { equalBytes, toHex } from "#core/primitives/bytes.js";
import { chunkCount, emptyBitmap, hasChunk, withChunk } from "#modules/kernel/types/chunks.js";
import { manifestArtifacts, manifestHash } from "#modules/kernel/types/manifest.js";
import { computeVersionId } from "#modules/kernel/types/versionId.js";
import { TxFault } from "./fakeChain.js";
import { type FakeChainRpc, notFound } from "./fakeChainRpc.js";

interface StoredVersion {
  version: Version;
  readonly manifest: Manifest;
}

/** The kernel module behind a fake chain; a version is validated three blocks after it came. */
export class FakeRegistry {
  chunkSize = 16_384n;
  /** Empty accepts; otherwise the reason of the rejection. */
  rejection = "";
  /** Changes the bytes that queries give, for nodes that lie. */
  alterChunk: (data: Uint8Array) => Uint8Array = (data) => data;
  readonly kernels = new Map<string, Kernel>();
  readonly versions: StoredVersion[] = [];
  /** By digest; uploads by digest and uploader. */
  readonly artifacts = new Map<string, Artifact>();
  readonly #chunks = new Map<string, Uint8Array>();
  readonly #fake: FakeChainRpc;

  constructor(fake: FakeChainRpc) {
    this.#fake = fake;
    const { messages } = fake.chain;
    messages.set(MsgCreateArtifact.typeUrl, (value) => ({
      response: pack(MsgCreateArtifactResponse, this.#create(MsgCreateArtifact.decode(value))),
    }));
    messages.set(MsgUploadChunk.typeUrl, (value) => ({
      response: pack(MsgUploadChunkResponse, this.#upload(MsgUploadChunk.decode(value))),
    }));
    messages.set(MsgPublishVersion.typeUrl, (value, height) => ({
      response: pack(
        MsgPublishVersionResponse,
        this.#publish(MsgPublishVersion.decode(value), height),
      ),
    }));
    fake.chain.beforeBlock = (height) => {
      this.#validate(height);
      return [];
    };
    this.#serve();
  }

  #create(msg: MsgCreateArtifact): MsgCreateArtifactResponse {
    const complete = this.artifacts.get(toHex(msg.digest));
    if (complete !== undefined) return { ...complete, receivedChunks: new Uint8Array(0) };
    const layout = { size: msg.size, chunkSize: this.chunkSize };
    const upload = Artifact.create({
      digest: msg.digest,
      ...layout,
      receivedChunks: emptyBitmap(layout),
      uploader: msg.uploader,
      deposit: { denom: "unes", amount: String(msg.size) },
    });
    this.artifacts.set(`${toHex(msg.digest)} ${msg.uploader}`, upload);
    return upload;
  }

  #upload(msg: MsgUploadChunk): MsgUploadChunkResponse {
    const place = `${toHex(msg.digest)} ${msg.uploader}`;
    const upload = this.artifacts.get(place);
    if (upload === undefined) throw new TxFault("kernel", 103, "artifact does not exist");
    const index = Number(msg.index);
    this.#chunks.set(`${place} ${index}`, msg.data);
    upload.receivedChunks = withChunk(upload.receivedChunks, index);
    const all = Array.from({ length: chunkCount(upload) }, (_, chunk) => chunk);
    if (!all.every((chunk) => hasChunk(upload.receivedChunks, chunk))) return { complete: false };
    const bytes = all.map((chunk) => this.#chunks.get(`${place} ${chunk}`)!);
    if (!equalBytes(sha256(...bytes), msg.digest)) throw new TxFault("kernel", 106, "digest");
    this.artifacts.delete(place);
    this.artifacts.set(toHex(msg.digest), { ...upload, complete: true });
    for (const [chunk, data] of bytes.entries()) {
      this.#chunks.set(`${toHex(msg.digest)} ${chunk}`, data);
    }
    return { complete: true };
  }

  #publish(msg: MsgPublishVersion, height: bigint): MsgPublishVersionResponse {
    const manifest = Manifest.decodeCanonical(msg.manifest);
    for (const digest of manifestArtifacts(manifest)) {
      if (!this.artifacts.has(toHex(digest))) throw new TxFault("kernel", 109, "missing");
    }
    const { name } = manifest;
    const kernel =
      this.kernels.get(name) ?? Kernel.create({ id: BigInt(this.kernels.size + 1), name });
    kernel.versionCount += 1n;
    this.kernels.set(name, kernel);
    const hash = manifestHash(manifest);
    const version = Version.create({
      id: computeVersionId(name, hash, msg.parents),
      kernelId: kernel.id,
      number: kernel.versionCount,
      manifestHash: hash,
      parents: msg.parents,
      status: VersionStatus.VALIDATING,
      publisher: msg.owner,
      publishedHeight: height,
    });
    this.versions.push({ version, manifest });
    return {
      kernelId: kernel.id,
      versionId: version.id,
      number: version.number,
      status: version.status,
    };
  }

  #validate(height: bigint): void {
    for (const { version, manifest } of this.versions) {
      const due = version.publishedHeight + 3n <= height;
      if (version.status !== VersionStatus.VALIDATING || !due) continue;
      version.reason = this.rejection;
      version.status = this.rejection === "" ? VersionStatus.ACTIVE : VersionStatus.REJECTED;
      version.wasHead = this.rejection === "";
      if (version.wasHead) this.kernels.get(manifest.name)!.headVersionId = version.id;
    }
  }

  #serve(): void {
    const path = (method: string): string => `/aivm.kernel.v1.Query/${method}`;
    const fake = this.#fake;
    fake.answer(
      path("Kernel"),
      { request: QueryKernelRequest, response: QueryKernelResponse },
      ({ name }) => {
        const kernel = this.kernels.get(name);
        if (kernel === undefined) throw notFound(`kernel ${name}`);
        return { kernel };
      },
    );
    // One to a page, so that clients must ask for the next ones.
    fake.answer(
      path("Kernels"),
      { request: QueryKernelsRequest, response: QueryKernelsResponse },
      ({ pagination }) => {
        const all = [...this.kernels.values()];
        const place = pagination!.key[0] ?? 0;
        const nextKey = place + 1 < all.length ? Uint8Array.of(place + 1) : new Uint8Array(0);
        return { kernels: all.slice(place, place + 1), pagination: { nextKey, total: 0n } };
      },
    );
    fake.answer(
      path("Versions"),
      { request: QueryVersionsRequest, response: QueryVersionsResponse },
      ({ name }) => {
        const kernel = this.kernels.get(name);
        if (kernel === undefined) throw notFound(`kernel ${name}`);
        const own = this.versions.filter(({ manifest }) => manifest.name === name);
        return { versions: own.map(({ version }) => version) };
      },
    );
    fake.answer(
      path("Version"),
      { request: QueryVersionRequest, response: QueryVersionResponse },
      ({ id }) => {
        const found = this.versions.find(({ version }) => equalBytes(version.id, id));
        if (found === undefined) throw notFound(`version ${toHex(id)}`);
        return found;
      },
    );
    fake.answer(
      path("Artifact"),
      { request: QueryArtifactRequest, response: QueryArtifactResponse },
      ({ digest, uploader }) => {
        const artifact = this.artifacts.get(
          uploader === "" ? toHex(digest) : `${toHex(digest)} ${uploader}`,
        );
        if (artifact === undefined) throw notFound(`artifact ${toHex(digest)}`);
        return { artifact };
      },
    );
    fake.answer(
      path("ArtifactChunk"),
      { request: QueryArtifactChunkRequest, response: QueryArtifactChunkResponse },
      ({ digest, index }) => {
        const data = this.#chunks.get(`${toHex(digest)} ${index}`);
        if (data === undefined) throw notFound(`chunk ${index} of ${toHex(digest)}`);
        return { data: this.alterChunk(data) };
      },
    );
  }
}
