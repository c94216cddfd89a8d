import { type Version, VersionStatus } from "#core/codec/generated/aivm/kernel/v1.js";
import { sha256 } from "#core/crypto/hash.js";
import { sortedBytes } from "#core/primitives/sorted.js";
import { computeVersionId } from "#modules/kernel/types/versionId.js";
import { isTerminal } from "#modules/inference/types/request.js";
import { manifestHash } from "#modules/kernel/types/manifest.js";
import type { TestAccount } from "#test/harness/identities.js";
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
import { KERNEL_REFUSALS } from "./kernelRefusals.js";
import { type Operation, sending } from "./operation.js";
import {
  type Base,
  chunksOf,
  isComplete,
  missingChunks,
  Publication,
  uploadOf,
} from "./publication.js";

/** Uploads, publications and what becomes of them. */
export const KERNEL_OPERATIONS: readonly Operation[] = [
  sending("kernel/upload", 20, upload),
  sending("kernel/publish", 10, publish),
  sending("kernel/deprecate", 4, deprecate),
  sending("kernel/set-head", 2, chooseHead),
  sending("kernel/transfer", 1, transfer),
  sending("kernel/take-down", 1, takeDown),
  sending("kernel/take-down-validated", 1, takeDownValidated),
  sending("kernel/set-access", 2, restrict),
  sending("kernel/set-royalty", 2, divide),
  sending("kernel/set-price", 2, reprice),
  sending("kernel/release", 1, (world) => {
    const publisher = world.random.pick(world.people.publishers);
    const { artifacts } = world.keepers.kernel.state;
    const own = [...artifacts.all(world.context())].filter(
      ({ uploader, references }) => uploader === publisher.text && references === 0n,
    );
    return own.length === 0
      ? undefined
      : one(publisher, releaseArtifact(publisher, world.random.pick(own).digest));
  }),
  KERNEL_REFUSALS,
];

/** The next step of a publisher's uploads, a few chunks in any order. */
function upload(world: World): TxDraft | undefined {
  const { random, people } = world;
  const publisher = random.pick(people.publishers);
  const { parts } = new Publication(world.height);
  const wanted = random.shuffle(parts).find((part) => !isComplete(world, sha256(part)));
  if (wanted === undefined) return undefined;
  const digest = sha256(wanted);
  const begun = uploadOf(world, publisher, digest);
  const announced = createArtifact(publisher, digest, wanted.length);
  if (begun === undefined) {
    // In one transaction when it is in a hurry, so that it overtakes the others.
    const all = chunksOf(wanted).map((data, index) =>
      uploadChunk(publisher, digest, { index, data }),
    );
    return one(publisher, announced, ...(random.oneIn(2) ? all : []));
  }
  const chunks = random.shuffle(missingChunks(begun, wanted)).slice(0, 1 + random.below(4));
  return one(publisher, ...chunks.map((chunk) => uploadChunk(publisher, digest, chunk)));
}

function publish(world: World): TxDraft | undefined {
  const { random, people } = world;
  const publication = new Publication(world.height);
  if (!publication.parts.every((part) => isComplete(world, sha256(part)))) return undefined;
  const number = random.below(people.publishers.length);
  const versions = versionsOf(world, publication.manifest(number).name);
  const base = random.oneIn(2) ? baseAmong(world, versions.slice(-2)) : undefined;
  const manifest = publication.manifest(number, base);
  const publisher = ownerOf(world, manifest.name) ?? people.publishers[number];
  if (publisher === undefined) return undefined;
  const parents = sortedBytes(versions.slice(-2).map(({ id }) => id));
  const id = computeVersionId(manifest.name, manifestHash(manifest), parents);
  const { kernel } = world.keepers;
  const isNew = versions.every((version) => {
    const { description } = kernel.getManifest(world.context(), version.id);
    return description !== manifest.description;
  });
  const known = !isNew || kernel.findVersion(world.context(), id) !== undefined;
  return known ? undefined : one(publisher, publishVersion(publisher, manifest, parents));
}

/** A version that adapters may change: one that runs, with a model that has none. */
function baseAmong(world: World, versions: readonly Version[]): Base | undefined {
  const ctx = world.context();
  for (const { id, status } of versions) {
    const [model] = world.keepers.kernel.getManifest(ctx, id).models;
    if (status !== VersionStatus.ACTIVE || model === undefined) continue;
    if (model.adapterDigest.length === 0) return { versionId: id, model: model.digest };
  }
  return undefined;
}

/** Keeps at least one version of each kernel active. */
function deprecate(world: World): TxDraft | undefined {
  return withActive(world, (owner, active) =>
    active.length < 2
      ? undefined
      : one(owner, deprecateVersion(owner, world.random.pick(active).id)),
  );
}

function chooseHead(world: World): TxDraft | undefined {
  return withActive(world, (owner, active) =>
    active.length === 0 ? undefined : one(owner, setHead(owner, world.random.pick(active).id)),
  );
}

function transfer(world: World): TxDraft | undefined {
  const name = publishedName(world);
  const owner = ownerOf(world, name);
  const others = world.people.publishers.filter((publisher) => publisher !== owner);
  return owner && one(owner, transferKernel(owner, name, world.random.pick(others).text));
}

/** What somebody waits for, if that is of a publisher's kernel; else what is one of several. */
function takeDown(world: World): TxDraft | undefined {
  const ctx = world.context();
  const { inference, kernel } = world.keepers;
  const { author } = world.people;
  const requests = [...inference.tables.requests.iterate(ctx.kv(inference.storeKey))];
  const awaited = requests
    .filter(([, { status }]) => !isTerminal(status))
    .map(([, { versionId }]) => kernel.state.getVersion(ctx, versionId))
    .filter(
      (version) =>
        version.status === VersionStatus.ACTIVE &&
        kernel.state.getKernelOf(ctx, version).name.startsWith("published-"),
    );
  const version = awaited[0] ?? oneOfSeveral(world);
  return version && one(author, takeDownVersion(author, version.id));
}

/** What waits for its validation job, or is being validated. */
function takeDownValidated(world: World): TxDraft | undefined {
  const { author } = world.people;
  const validated = [...world.keepers.kernel.state.versions(world.context())].filter(
    ({ status }) => status === VersionStatus.VALIDATING,
  );
  if (validated.length === 0) return undefined;
  return one(author, takeDownVersion(author, world.random.pick(validated).id));
}

function oneOfSeveral(world: World): Version | undefined {
  const active = versionsOf(world, publishedName(world)).filter(
    ({ status }) => status === VersionStatus.ACTIVE,
  );
  return active.length < 2 ? undefined : world.random.pick(active);
}

function restrict(world: World): TxDraft | undefined {
  const name = publishedName(world);
  const owner = ownerOf(world, name);
  const { users } = world.people;
  const some = users.filter(() => world.random.oneIn(2));
  return owner && one(owner, setAccess(owner, name, world.random.oneIn(2) ? undefined : some));
}

/** The author's kernel pays a user and whoever owns a publisher's kernel, if there is one. */
function divide(world: World): TxDraft {
  const { random, people, keepers } = world;
  const { author, users } = people;
  const name = `published-${random.below(people.publishers.length)}`;
  const parent = keepers.kernel.state.findKernelByName(world.context(), name);
  const shares = [
    { address: random.pick(users).text, bps: 1 + random.below(5_000) },
    ...(parent === undefined ? [] : [{ kernel: name, bps: 1 + random.below(5_000) }]),
  ];
  const kernel = random.pick(["echo", "brittle", "steady"]);
  return one(author, setRoyalty(author, kernel, random.oneIn(5) ? [] : shares));
}

/** Kernels whose price changes between a quote and its request. */
export const REPRICED: readonly string[] = ["brittle", "steady"];

/** Another price for one of the author's kernels, or again what its manifest says. */
function reprice(world: World): TxDraft {
  const { random, people } = world;
  const kernel = random.pick(REPRICED);
  const price = random.oneIn(3) ? "" : random.below(10_000).toString();
  return one(people.author, setPrice(people.author, kernel, price));
}

/** A published kernel's owner and active versions, if there is such a kernel. */
function withActive(
  world: World,
  draft: (owner: TestAccount, active: readonly Version[]) => TxDraft | undefined,
): TxDraft | undefined {
  const name = publishedName(world);
  const owner = ownerOf(world, name);
  const active = versionsOf(world, name).filter(({ status }) => status === VersionStatus.ACTIVE);
  return owner && draft(owner, active);
}

/** The name of the kernel that a publisher began, whoever has it now. */
function publishedName({ random, people }: World): string {
  return `published-${random.below(people.publishers.length)}`;
}

/** The publisher that has a kernel. */
function ownerOf(world: World, name: string): TestAccount | undefined {
  const kernel = world.keepers.kernel.state.findKernelByName(world.context(), name);
  return world.people.publishers.find(({ text }) => text === kernel?.owner);
}

function versionsOf(world: World, name: string): Version[] {
  const { state } = world.keepers.kernel;
  const kernel = state.findKernelByName(world.context(), name);
  return [...state.versions(world.context())].filter(({ kernelId }) => kernelId === kernel?.id);
}
