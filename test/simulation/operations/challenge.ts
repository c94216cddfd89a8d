import {
  type Batch,
  BatchStatus,
  type Request,
  SeatStatus,
} from "#core/codec/generated/aivm/inference/v1.js";
import { equalBytes } from "#core/primitives/bytes.js";
import { isCommittee, publishesPayloads } from "#modules/inference/types/batch.js";
import { isAnswered } from "#modules/inference/types/request.js";
import type { Participant } from "../network/participant.js";
import { one, type TxDraft } from "../txDraft.js";
import type { World } from "../world.js";
import { challengeMessage } from "./inferenceMessages.js";
import { failing, type Operation, sending } from "./operation.js";

/** Challenges by anyone and by members, and those that are refused. */
export const CHALLENGE_OPERATIONS: readonly Operation[] = [
  sending("inference/challenge", 4, (world) => {
    const open = disputable(world);
    if (open.length === 0) return undefined;
    const from = world.random.pick(world.people.users);
    return one(from, challengeMessage(from, { requestId: world.random.pick(open).request.id }));
  }),
  sending("inference/challenge-as-member", 6, asMember),
  failing("inference/challenge-refused", 5, [
    ["of nothing", (world) => byUser(world, { requestId: 1n << 60n })],
    ["of what has no answer", (world) => ofSome(world, ({ status }) => !isAnswered(status))],
    ["of what is paid", (world) => ofSome(world, ({ paid, status }) => paid && isAnswered(status))],
    ["again", (world) => ofSome(world, ({ id }) => findChallenge(world, id) !== undefined)],
    ["with digests of no member", (world) => byUser(world, { requestDigests: [DIGEST] })],
    ["with half a digest", (world) => byUser(world, { asMember: true, requestDigests: [HALF] })],
    ["by no member", (world) => ofDisputable(world, { asMember: true, requestDigests: [DIGEST] })],
    ["by a member that was right", rightMember],
    [
      "without a bond",
      (world) => {
        const [open] = disputable(world);
        const { pauper } = world.people;
        return open && one(pauper, challengeMessage(pauper, { requestId: open.request.id }));
      },
    ],
  ]),
];

const DIGEST = new Uint8Array(32);
const HALF = new Uint8Array(16);

type Changes = Parameters<typeof challengeMessage>[1];

/** An answer whose window is open. */
interface Disputable {
  readonly request: Request;
  readonly batch: Batch;
}

function requests(world: World): Request[] {
  const { inference } = world.keepers;
  const kv = world.context().kv(inference.storeKey);
  return [...inference.tables.requests.iterate(kv)].map(([, request]) => request);
}

function findChallenge(world: World, requestId: bigint) {
  return world.keepers.inference.findChallenge(world.context(), requestId);
}

function disputable(world: World): Disputable[] {
  const { inference } = world.keepers;
  const ctx = world.context();
  return requests(world).flatMap((request) => {
    if (!isAnswered(request.status) || request.batchId === 0n) return [];
    const batch = inference.findBatch(ctx, request.batchId);
    const isOpen =
      batch?.status === BatchStatus.SETTLED &&
      batch.closesHeight > world.height + 1n &&
      isCommittee(batch) &&
      !publishesPayloads(batch) &&
      findChallenge(world, request.id) === undefined;
    return isOpen ? [{ request, batch }] : [];
  });
}

function byUser({ random, people }: World, changes: Changes): TxDraft {
  const from = random.pick(people.users);
  return one(from, challengeMessage(from, { requestId: 1n, ...changes }));
}

function ofSome(world: World, which: (request: Request) => boolean): TxDraft | undefined {
  const fitting = requests(world).filter(which);
  return fitting.length === 0
    ? undefined
    : byUser(world, { requestId: world.random.pick(fitting).id });
}

function ofDisputable(world: World, changes: Changes): TxDraft | undefined {
  const [open] = disputable(world);
  return open && byUser(world, { requestId: open.request.id, ...changes });
}

/** A participant with a revealed seat whose root is, or is not, the agreed one. */
function findMember(
  world: World,
  isRight: boolean,
): { readonly participant: Participant; readonly open: Disputable } | undefined {
  for (const open of world.random.shuffle(disputable(world))) {
    for (const participant of world.network.participants) {
      const { address } = participant.operator.validator;
      const seat = open.batch.seats.find((one) => equalBytes(one.consensusAddress, address));
      if (seat?.status !== SeatStatus.REVEALED) continue;
      if (equalBytes(seat.batchRoot, open.batch.agreedRoot) === isRight) {
        return { participant, open };
      }
    }
  }
  return undefined;
}

/** A member in the minority shows what it answered. */
function asMember(world: World): TxDraft | undefined {
  return byMember(world, false);
}

function rightMember(world: World): TxDraft | undefined {
  return byMember(world, true);
}

function byMember(world: World, isRight: boolean): TxDraft | undefined {
  const found = findMember(world, isRight);
  if (found === undefined) return undefined;
  const { participant, open } = found;
  const leaves = participant.node.receipts?.findFinished(open.batch.id)?.leaves ?? [];
  const from = participant.operator.account;
  const parts = { requestId: open.request.id, asMember: true, requestDigests: [...leaves] };
  return one(from, challengeMessage(from, parts));
}
