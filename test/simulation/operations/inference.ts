import {
  Assurance,
  MsgRequestInferenceResponse,
  QueryQuoteRequest,
  QueryQuoteResponse,
} from "#core/codec/generated/aivm/inference/v1.js";
import { VersionStatus } from "#core/codec/generated/aivm/kernel/v1.js";
import { TxMsgData } from "#core/codec/generated/cosmos/base/abci/v1beta1.js";
import type { TxResult } from "#core/baseapp/txResult.js";
import { amountOf, coin } from "#core/primitives/coin.js";
import { priceTooHigh } from "#modules/inference/types/errors.js";
import { findBucketOf } from "#modules/kernel/types/buckets.js";
import { testInput } from "#test/harness/testKernel.js";
import { one, type TxDraft } from "../txDraft.js";
import { demand } from "../violation.js";
import type { World } from "../world.js";
import { CHALLENGE_OPERATIONS } from "./challenge.js";
import { requestMessage, sizedInput } from "./inferenceMessages.js";
import { REPRICED } from "./kernel.js";
import { REQUEST_REFUSALS } from "./requestRefusals.js";
import { type Operation, sending } from "./operation.js";

/** Requests, challenges, and those that are refused. */
export const INFERENCE_OPERATIONS: readonly Operation[] = [
  sending("inference/request", 22, (world) => {
    const from = world.random.pick(world.people.users);
    return one(from, requestMessage(from, { ...anything(world), kernel: someKernel(world) }));
  }),
  sending("inference/request-pinned", 5, asQuoted),
  sending("inference/request-flaky", 6, (world) => {
    const from = world.random.pick(world.people.users);
    const inputs = [testInput(world.random.below(30_000))];
    return one(from, requestMessage(from, { kernel: "flaky", inputs }));
  }),
  sending("inference/request-several", 3, (world) => several(world, 2 + world.random.below(5))),
  sending("inference/request-burst", 1, (world) => several(world, 12)),
  REQUEST_REFUSALS,
  ...CHALLENGE_OPERATIONS,
];

const KERNELS = [
  "echo",
  "steady",
  "brittle",
  "heavy",
  "ballot",
  "ensemble",
  "nearby",
  "typed",
] as const;

function someKernel(world: World): string {
  const published = [0, 1, 2].map((number) => `published-${number}`);
  const active = published.filter(
    (name) => world.keepers.kernel.findHead(world.context(), name) !== undefined,
  );
  return world.random.pick([...KERNELS, ...active]);
}

/** Inputs, assurance and a tip for whatever kernel; three inputs are too many for some. */
function anything({ random }: World) {
  return {
    inputs: Array.from({ length: 1 + random.below(2) }, () => testInput(random.below(30_000))),
    assurance: random.oneIn(4) ? Assurance.FULL : Assurance.COMMITTEE,
    priorityFee: coin("unes", BigInt(random.pick([0, 0, 5, 100, 3_000]))),
  };
}

/** One transaction with several requests for one kernel, which may share a batch. */
function several(world: World, count: number): TxDraft {
  const { random } = world;
  const from = random.pick(world.people.users);
  const kernel = random.pick(["echo", "brittle", "flaky", "typed"]);
  const messages = Array.from({ length: count }, () => {
    return requestMessage(from, { kernel, inputs: [inputOf(world, kernel)] });
  });
  return { signers: [from], messages, gasLimit: 20_000_000n };
}

function inputOf({ random }: World, kernel: string): Uint8Array {
  return kernel === "typed" ? sizedInput(1 + random.below(4)) : testInput(random.below(30_000));
}

/** Offers exactly what the quote says, for a version that cannot change, nor its price. */
function asQuoted(world: World): TxDraft | undefined {
  const { random, people, keepers } = world;
  const ctx = world.context();
  const versions = [...keepers.kernel.state.versions(ctx)].filter(
    ({ status, suspendedUntil }) =>
      suspendedUntil <= world.height &&
      (status === VersionStatus.ACTIVE || status === VersionStatus.DEPRECATED),
  );
  const { id } = random.pick(versions);
  const manifest = keepers.kernel.getManifest(ctx, id);
  const { name, committee } = manifest;
  if (committee.minimum > 1 || REPRICED.includes(name)) return undefined;
  const inputs = [inputOf(world, name)];
  const quote = QueryQuoteRequest.create({
    versionId: id,
    inputBytes: BigInt(inputs[0]?.length ?? 0),
    inputCount: 1,
    inputBuckets: inputs.map((input) => findBucketOf(manifest, input)),
    assurance: Assurance.COMMITTEE,
  });
  const answer = world.query("/aivm.inference.v1.Query/Quote", QueryQuoteRequest.encode(quote));
  demand(answer.code === 0, "queries-answer", () => answer.log);
  const maxPrice = QueryQuoteResponse.decode(answer.value).price;
  const from = random.pick(people.users);
  return {
    ...one(from, requestMessage(from, { versionId: id, inputs, maxPrice })),
    expect: (result) => {
      expectQuoted(result, amountOf(maxPrice));
    },
  };
}

function expectQuoted(result: TxResult, quoted: bigint): void {
  const { codespace, code } = priceTooHigh.spec;
  const refused = result.codespace === codespace && result.code === code;
  demand(!refused, "prices-as-quoted", () => result.log);
  const [response] = TxMsgData.decode(result.data).msgResponses;
  if (response === undefined) return;
  const price = amountOf(MsgRequestInferenceResponse.decode(response.value).price);
  demand(price === quoted, "prices-as-quoted", () => `${price} was charged, not ${quoted}`);
}
