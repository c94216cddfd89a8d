import {
  type Kernel,
  type ShadowRun,
  type Version,
  VersionStatus,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { equalBytes } from "#core/primitives/bytes.js";
import { isRunning } from "#modules/kernel/types/shadow.js";
import type { TestAccount } from "#test/harness/identities.js";
import { testInput } from "#test/harness/testKernel.js";
import { one, type TxDraft } from "../txDraft.js";
import type { World } from "../world.js";
import { requestMessage } from "./inferenceMessages.js";
import {
  deprecateVersion,
  publishVersion,
  setHead,
  setShadowPolicy,
  startShadow,
  stopShadow,
} from "./kernelMessages.js";
import { type Drafter, failing, type Operation, sending } from "./operation.js";

/** Kernels of the genesis file of which the author publishes further versions. */
const KERNELS = ["echo", "steady", "brittle"];

/** Active versions of a kernel beyond which the author publishes no more. */
const ENOUGH = 3;

/** Versions that run beside the head, what is asked meanwhile, and policies that ask for it. */
export const SHADOW_OPERATIONS: readonly Operation[] = [
  sending("kernel/publish-beside", 4, publishBeside),
  sending("kernel/start-shadow", 6, start),
  sending("kernel/ask-beside", 14, ask),
  sending("kernel/stop-shadow", 1, (world) => {
    const found = running(world);
    return found && one(found.owner, stopShadow(found.owner, found.kernel.name));
  }),
  sending("kernel/deprecate-shadow", 1, (world) => {
    const found = running(world);
    return found && one(found.owner, deprecateVersion(found.owner, found.run.versionId));
  }),
  sending("kernel/set-head-beside", 2, (world) => {
    const found = candidate(world);
    return found && one(found.owner, setHead(found.owner, found.version.id));
  }),
  sending("kernel/set-shadow-policy", 3, (world) => {
    const { random } = world;
    const found = owned(world)[0];
    const minRequests = random.pick([0, 1, 2, 2]);
    const minAgreementBps = minRequests === 0 ? 0 : random.pick([0, 5_000, 10_000]);
    const policy = { minRequests, minAgreementBps };
    return found && one(found.owner, setShadowPolicy(found.owner, found.kernel.name, policy));
  }),
  failing("kernel/shadow-refused", 3, [
    ["a run of the head", ofHead],
    ["a run beside a run", again],
    ["the end of no run", byAuthor((who) => stopShadow(who, "echo"))],
    ["a run of no requests", (world) => started(world, 0)],
    ["a run of too many", (world) => started(world, 1_001)],
    [
      "a policy beyond everything",
      byAuthor((who) => setShadowPolicy(who, "echo", { minRequests: 1, minAgreementBps: 10_001 })),
    ],
    ["a head that has shown too little", unproven],
  ]),
];

interface Owned {
  readonly owner: TestAccount;
  readonly kernel: Kernel;
}

/** Kernels that may have several versions, in some order, with their owners. */
function owned(world: World): Owned[] {
  const { state } = world.keepers.kernel;
  const { publishers, author } = world.people;
  const kernels = [...state.kernels(world.context())].flatMap((kernel) => {
    const owner = [...publishers, author].find(({ text }) => text === kernel.owner);
    const hasSeveral = owner !== author || KERNELS.includes(kernel.name);
    return owner === undefined || !hasSeveral ? [] : [{ owner, kernel }];
  });
  return world.random.shuffle(kernels);
}

/** Another version of a kernel of the genesis file, over the same artifacts. */
function publishBeside(world: World): TxDraft | undefined {
  const { keepers, people, random, height } = world;
  const { state } = keepers.kernel;
  const kernel = state.findKernelByName(world.context(), random.pick(KERNELS));
  if (kernel === undefined || versionsOf(world, kernel).length >= ENOUGH) return undefined;
  const [first] = [...state.versionsOf(world.context(), kernel.id)].slice(-1);
  if (first === undefined) return undefined;
  const manifest = state.getManifest(world.context(), first.id);
  const description = `beside at ${height}`;
  return one(people.author, publishVersion(people.author, { ...manifest, description }));
}

function versionsOf(world: World, { id }: Kernel): Version[] {
  return [...world.keepers.kernel.state.versionsOf(world.context(), id)].filter(
    ({ status }) => status === VersionStatus.ACTIVE,
  );
}

/** An active version that is not the head of a kernel that has one. */
function candidate(world: World): (Owned & { readonly version: Version }) | undefined {
  for (const { owner, kernel } of owned(world)) {
    const { headVersionId } = kernel;
    const others = versionsOf(world, kernel).filter(({ id }) => !equalBytes(id, headVersionId));
    if (others.length > 0) return { owner, kernel, version: world.random.pick(others) };
  }
  return undefined;
}

function running(world: World): (Owned & { readonly run: ShadowRun }) | undefined {
  const { shadows } = world.keepers.kernel.state;
  for (const { owner, kernel } of owned(world)) {
    const run = shadows.findRunning(world.context(), kernel.id);
    if (run !== undefined && isRunning(run)) return { owner, kernel, run };
  }
  return undefined;
}

/** Begins a run, half of the time with something for the head to answer. */
function start(world: World): TxDraft | undefined {
  const found = candidate(world);
  if (found === undefined) return undefined;
  const { random } = world;
  const { owner, kernel, version } = found;
  const budget = random.pick([200, 5_000, 90_000, 90_000]);
  const begun = startShadow(owner, version.id, { requests: 1 + random.below(3), budget });
  const inputs = [testInput(random.below(30_000))];
  const asked = requestMessage(owner, { kernel: kernel.name, inputs });
  return one(owner, begun, ...(random.oneIn(2) ? [asked] : []));
}

/** Asks a head beside which a version runs, one or two inputs. */
function ask(world: World): TxDraft | undefined {
  const found = running(world);
  const { random, people } = world;
  const from = random.pick(people.users);
  const inputs = Array.from({ length: 1 + random.below(2) }, () => testInput(random.below(30_000)));
  return found && one(from, requestMessage(from, { kernel: found.kernel.name, inputs }));
}

function ofHead(world: World): TxDraft | undefined {
  const found = owned(world).find(({ kernel }) => kernel.headVersionId.length > 0);
  return found && one(found.owner, startShadow(found.owner, found.kernel.headVersionId));
}

function again(world: World): TxDraft | undefined {
  const found = running(world);
  return found && one(found.owner, startShadow(found.owner, found.run.versionId));
}

function started(world: World, requests: number): TxDraft | undefined {
  const found = candidate(world);
  return found && one(found.owner, startShadow(found.owner, found.version.id, { requests }));
}

function byAuthor(make: (who: TestAccount) => ReturnType<typeof stopShadow>): Drafter {
  return ({ people: { author } }) => one(author, make(author));
}

/** A policy that nothing has satisfied, and a head all the same, in one transaction. */
function unproven(world: World): TxDraft | undefined {
  const found = candidate(world);
  if (found === undefined || found.version.wasHead) return undefined;
  const { owner, kernel, version } = found;
  const policy = { minRequests: 900, minAgreementBps: 0 };
  return one(owner, setShadowPolicy(owner, kernel.name, policy), setHead(owner, version.id));
}
