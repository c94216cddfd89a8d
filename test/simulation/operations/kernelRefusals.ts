import {
  type Artifact,
  type Manifest,
  Model,
  MsgPublishVersion,
  VersionStatus,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { pack } from "#core/codec/typeRegistry.js";
import { formatAddress, moduleAddress } from "#core/crypto/address.js";
import { sha256 } from "#core/crypto/hash.js";
import { utf8 } from "#core/primitives/bytes.js";
import { manifestArtifacts } from "#modules/kernel/types/manifest.js";
import type { TestAccount } from "#test/harness/identities.js";
import { testManifest } from "#test/harness/testKernel.js";
import { one, type TxDraft } from "../txDraft.js";
import type { World } from "../world.js";
import {
  createArtifact,
  deprecateVersion,
  publishVersion,
  releaseArtifact,
  setAccess,
  setHead,
  setPrice,
  setRoyalty,
  takeDownVersion,
  transferKernel,
  uploadChunk,
} from "./kernelMessages.js";
import { type Drafter, failing, type Operation } from "./operation.js";
import { artifactBytes, chunksOf } from "./publication.js";

const HALF = new Uint8Array(16);
const UNKNOWN = sha256(utf8("unknown"));
const UNKNOWN_IDS = [UNKNOWN, sha256(utf8("another"))].sort((a, b) => Buffer.compare(a, b)) as [
  Uint8Array,
  Uint8Array,
];
const ADAPTED = Model.create({ name: "net", digest: UNKNOWN, adapterDigest: UNKNOWN });
const BROKE = Array.from({ length: 200 }, (_, index) => sha256(utf8(`broke ${index}`)));
const LARGE = 4_900;

function otherEngine() {
  const { modelEngine } = testManifest({ name: "engine" });
  return { ...modelEngine, version: "0.0.1" };
}

/** Messages about kernels that are to fail, with what some of them need beforehand. */
export const KERNEL_REFUSALS: Operation = failing("kernel/refused", 9, [
  ["an artifact with half a digest", byPublisher((who) => createArtifact(who, HALF, 10))],
  ["an empty artifact", byPublisher((who) => createArtifact(who, UNKNOWN, 0))],
  ["an artifact too large", byPublisher((who) => createArtifact(who, UNKNOWN, 5_001))],
  [
    "another size of an artifact",
    withArtifact(isWhole, (who, { digest, size }) => createArtifact(who, digest, size + 1n)),
  ],
  ["a chunk of nothing", byPublisher((who) => uploadChunk(who, UNKNOWN, at(0, 10)))],
  ["an empty chunk", byPublisher((who) => uploadChunk(who, UNKNOWN, at(0, 0)))],
  ["a chunk out of range", withUpload((who, { digest }) => uploadChunk(who, digest, at(99, 10)))],
  ["a chunk cut short", withUpload((who, { digest }) => uploadChunk(who, digest, at(0, 3)))],
  ["an artifact to be spoilt", spoil],
  ["the release of nothing", byPublisher((who) => releaseArtifact(who, UNKNOWN))],
  ["the release of another's", withArtifact(isWhole, (who, { digest }) => releaseOf(who, digest))],
  ["the release of what is used", releaseUsed],
  [
    "a version of nothing",
    publishing({ models: [Model.create({ name: "net", digest: sha256(utf8("no")) })] }),
  ],
  ["a large artifact", (world) => large(world, "large 1")],
  ["another large artifact", (world) => large(world, "large 2")],
  ["a version too large", tooLarge],
  ["a version of another's kernel", publishing({ name: "echo" })],
  ["a manifest of another format", publishing({ format: 7 })],
  ["a manifest without vectors", publishing({ testVectors: [] })],
  ["an engine nobody runs", publishing({ modelEngine: otherEngine() })],
  [
    "aggregation by code",
    (world) => publishBy(world, testManifest({ name: "mine", byCode: true })),
  ],
  ["parents out of order", publishing({}, [UNKNOWN_IDS[1], UNKNOWN_IDS[0]])],
  ["an unknown parent", publishing({}, [UNKNOWN_IDS[0]])],
  ["a version again", again],
  ["an adapter without a base", publishing({ models: [ADAPTED] })],
  ["an adapter of nothing", publishing({ models: [ADAPTED], baseVersionId: UNKNOWN })],
  ["an adapter of a model that its base does not have", adaptStranger],
  ["a manifest of noise", noise],
  ["the end of no version", byPublisher((who) => deprecateVersion(who, UNKNOWN))],
  ["the end of another's version", endOfAnothers],
  ["the end of an ended version", endTwice],
  ["no version as the head", byPublisher((who) => setHead(who, UNKNOWN))],
  ["an ended version as the head", (world) => withEnded(world, setHead)],
  ["a kernel that is not there, given away", byPublisher((who) => giveAway(who, "nothing"))],
  ["another's kernel, given away", byPublisher((who) => giveAway(who, "echo"))],
  ["a kernel given to its owner", byPublisher((who) => transferKernel(who, "echo", who.text))],
  ["a takedown by a publisher", byPublisher((who) => takeDownVersion(who, UNKNOWN))],
  ["a takedown of nothing", byAuthor((who) => takeDownVersion(who, UNKNOWN))],
  ["a takedown for no reason", byAuthor((who) => takeDownVersion(who, UNKNOWN, ""))],
  ["a takedown of what is over", takeDownTwice],
  ["access to what is not there", byPublisher((who) => setAccess(who, "nothing", []))],
  ["access for one named twice", byPublisher((who) => setAccess(who, "echo", [who, who]))],
  [
    "a share of nothing",
    byAuthor((who) => setRoyalty(who, "echo", [{ address: who.text, bps: 0 }])),
  ],
  ["a price that is none", byAuthor((who) => setPrice(who, "echo", "-1"))],
  ["a price for no kernel", byAuthor((who) => setPrice(who, "nothing", "1"))],
  ["a share for no kernel", byAuthor((who) => setRoyalty(who, "echo", [{ kernel: "nothing" }]))],
  [
    "an artifact nobody can pay",
    ({ people: { pauper } }) =>
      one(pauper, ...BROKE.map((digest) => createArtifact(pauper, digest, 5_000))),
  ],
]);

type Message = ReturnType<typeof createArtifact>;

function at(index: number, length: number) {
  return { index, data: new Uint8Array(length) };
}

function releaseOf(who: TestAccount, digest: Uint8Array): Message {
  return releaseArtifact(who, digest);
}

function byPublisher(make: (who: TestAccount) => Message): Drafter {
  return ({ random, people }) => {
    const who = random.pick(people.publishers);
    return one(who, make(who));
  };
}

function byAuthor(make: (who: TestAccount) => Message): Drafter {
  return ({ people: { author } }) => one(author, make(author));
}

function takeDownTwice(world: World): TxDraft | undefined {
  const { author } = world.people;
  const over = [...world.keepers.kernel.state.versions(world.context())].find(
    ({ status }) => status === VersionStatus.REVOKED || status === VersionStatus.REJECTED,
  );
  return over && one(author, takeDownVersion(author, over.id));
}

function artifactsOf(world: World): Artifact[] {
  return [...world.keepers.kernel.state.artifacts.all(world.context())];
}

function isWhole({ complete }: Artifact): boolean {
  return complete;
}

/** A publisher that did not upload the artifact. */
function withArtifact(
  which: (artifact: Artifact) => boolean,
  make: (who: TestAccount, artifact: Artifact) => Message,
): Drafter {
  return (world) => {
    const fitting = artifactsOf(world).filter(which);
    if (fitting.length === 0) return undefined;
    const artifact = world.random.pick(fitting);
    const who = world.people.publishers.find(({ text }) => text !== artifact.uploader);
    return who && one(who, make(who, artifact));
  };
}

function withUpload(make: (who: TestAccount, upload: Artifact) => Message): Drafter {
  return (world) => {
    const found = artifactsOf(world).find(({ complete }) => !complete);
    const who = world.everybody.find(({ text }) => text === found?.uploader);
    return found && who && one(who, make(who, found));
  };
}

/** Uploads bytes that do not hash to what was announced. */
function spoil({ random, people, height }: World): TxDraft {
  const who = random.pick(people.publishers);
  const digest = sha256(utf8(`spoilt ${height}`));
  return one(who, createArtifact(who, digest, 10), uploadChunk(who, digest, at(0, 10)));
}

function releaseUsed(world: World): TxDraft | undefined {
  const used = artifactsOf(world).filter(({ references }) => references > 0n);
  const artifact = world.random.pick(used);
  const who = world.everybody.find(({ text }) => text === artifact.uploader);
  return who && one(who, releaseArtifact(who, artifact.digest));
}

/** A manifest over artifacts that are there, with changes. */
function publishing(changes: Partial<Manifest>, parents: readonly Uint8Array[] = []): Drafter {
  return (world) => publishBy(world, { ...testManifest({ name: "refused" }), ...changes }, parents);
}

function publishBy(
  { random, people }: World,
  manifest: Manifest,
  parents: readonly Uint8Array[] = [],
): TxDraft {
  const who = random.pick(people.publishers);
  return one(who, publishVersion(who, manifest, parents));
}

function adaptStranger(world: World): TxDraft | undefined {
  const ctx = world.context();
  const { state } = world.keepers.kernel;
  const base = [...state.versions(ctx)].find(({ status }) => status === VersionStatus.ACTIVE);
  if (base === undefined) return undefined;
  const manifest = { ...testManifest({ name: "refused" }), models: [ADAPTED] };
  return publishBy(world, { ...manifest, baseVersionId: base.id }, [base.id]);
}

/** Succeeds, unless it is there. */
function large({ people: { publishers } }: World, name: string): TxDraft | undefined {
  const [who] = publishers;
  if (who === undefined) return undefined;
  const bytes = artifactBytes(name, LARGE);
  const digest = sha256(bytes);
  const chunks = chunksOf(bytes).map((data, index) => uploadChunk(who, digest, { index, data }));
  return one(who, createArtifact(who, digest, LARGE), ...chunks);
}

function tooLarge(world: World): TxDraft {
  const models = ["large 1", "large 2"].map((name, index) =>
    Model.create({ name: `net${index}`, digest: sha256(artifactBytes(name, LARGE)) }),
  );
  return publishBy(world, { ...testManifest({ name: "huge" }), models });
}

/** A version that its publisher has published before, with the same parents. */
function again(world: World): TxDraft | undefined {
  const ctx = world.context();
  const { state } = world.keepers.kernel;
  const there = [...state.versions(ctx)].filter(({ id }) =>
    manifestArtifacts(state.getManifest(ctx, id)).every(
      (digest) => state.artifacts.find(ctx, digest) !== undefined,
    ),
  );
  const { id, kernelId, parents } = world.random.pick(there);
  const who = ownerOf(world, kernelId);
  return who && one(who, publishVersion(who, state.getManifest(ctx, id), parents));
}

function noise({ people: { publishers } }: World): TxDraft | undefined {
  const [who] = publishers;
  const manifest = Uint8Array.of(0xff, 0x01);
  return who && one(who, pack(MsgPublishVersion, { owner: who.text, manifest, parents: [] }));
}

function endOfAnothers(world: World): TxDraft {
  const [first] = [...world.keepers.kernel.state.versions(world.context())];
  const { pauper } = world.people;
  return one(pauper, deprecateVersion(pauper, first?.id ?? UNKNOWN));
}

function endTwice(world: World): TxDraft | undefined {
  return withEnded(world, deprecateVersion);
}

/** A message of the owner about a version that is no longer active. */
function withEnded(
  world: World,
  make: (who: TestAccount, versionId: Uint8Array) => Message,
): TxDraft | undefined {
  const ended = [...world.keepers.kernel.state.versions(world.context())].find(
    ({ status }) => status === VersionStatus.DEPRECATED || status === VersionStatus.REJECTED,
  );
  const who = ended && ownerOf(world, ended.kernelId);
  return ended && who && one(who, make(who, ended.id));
}

function giveAway(who: TestAccount, kernel: string): Message {
  return transferKernel(who, kernel, formatAddress("account", moduleAddress("kernel")));
}

function ownerOf(world: World, kernelId: bigint): TestAccount | undefined {
  const kernel = world.keepers.kernel.state.findKernel(world.context(), kernelId);
  return world.everybody.find(({ text }) => text === kernel?.owner);
}
