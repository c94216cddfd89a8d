import type { Assurance, MsgRequestInference } from "#core/codec/generated/aivm/inference/v1.js";
import { DataType, ValueSet } from "#core/codec/generated/aivm/kernel/v1.js";
import { sha256 } from "#core/crypto/hash.js";
import { utf8 } from "#core/primitives/bytes.js";
import { coin } from "#core/primitives/coin.js";
import { testInput } from "#test/harness/testKernel.js";
import { one, type TxDraft } from "../txDraft.js";
import type { World } from "../world.js";
import { requestMessage, typedInput } from "./inferenceMessages.js";
import { type Drafter, failing, type Operation } from "./operation.js";

type Changes = Partial<MsgRequestInference>;

/** Requests that are to fail. */
export const REQUEST_REFUSALS: Operation = failing("inference/request-refused", 7, [
  ["of no kernel", asking({ kernel: "nothing" })],
  ["of no version", asking({ kernel: "", versionId: sha256(utf8("nothing")) })],
  ["of no name", asking({ kernel: "" })],
  ["without inputs", asking({ inputs: [] })],
  ["with too many inputs", asking({ inputs: inputs(5) })],
  ["with inputs too long", asking({ inputs: [new Uint8Array(601)] })],
  ["with too much gas", asking({ kernel: "heavy", inputs: inputs(4) })],
  ["with too much to aggregate", asking({ kernel: "ballot", inputs: inputs(3) })],
  ["of no assurance", asking({ assurance: 9 as Assurance })],
  ["with a wrong tip", asking({ priorityFee: coin("stone", 1n) })],
  ["with a wrong price", asking({ maxPrice: { denom: "unes", amount: "-1" } })],
  ["at another price", asking({ maxPrice: coin("unes", 1n) })],
  ["in another coin", asking({ maxPrice: coin("stone", 10n ** 9n), priorityFee: noTip() })],
  ["of too many providers", asking({ kernel: "crowd" })],
  ["of more than one has", unfunded],
  ["with noise", asking({ inputs: [Uint8Array.of(0xff, 0xff)] })],
  ["with other fields", typed(ValueSet.encode({ values: [] }))],
  ["with another type", typed(typedInput({ image: { dataType: DataType.FLOAT64 } }))],
  ["with other dimensions", typed(typedInput({ image: { dims: [9n] } }))],
  ["with another rank", typed(typedInput({ image: { dims: [1n, 1n] } }))],
  ["with too few bytes", typed(typedInput({ image: { data: new Uint8Array(3) } }))],
  ["with a text too long", typed(typedInput({ note: { data: new Uint8Array(17) } }))],
  ["with a broken text", typed(typedInput({ note: { data: Uint8Array.of(0xff) } }))],
  ["with a flag of two", typed(typedInput({ flag: { data: Uint8Array.of(1, 2) } }))],
  ["with an infinity", typed(typedInput({ image: { data: Uint8Array.of(0, 0, 0x80, 0x7f) } }))],
  ["in a full queue", tooMany],
  ["of a kernel for others", uninvited],
]);

function inputs(count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, index) => testInput(index));
}

function noTip() {
  return { denom: "", amount: "" };
}

function asking(changes: Changes): Drafter {
  return ({ random, people }) => {
    const from = random.pick(people.users);
    return one(from, requestMessage(from, { kernel: "echo", inputs: inputs(1), ...changes }));
  };
}

function typed(input: Uint8Array): Drafter {
  return asking({ kernel: "typed", inputs: [input] });
}

function unfunded({ people: { pauper } }: World): TxDraft {
  return one(
    pauper,
    requestMessage(pauper, {
      kernel: "echo",
      inputs: inputs(1),
      priorityFee: coin("unes", 900_000_000n),
    }),
  );
}

/** More than the queue takes, in one transaction. */
function tooMany({ random, people }: World): TxDraft {
  const from = random.pick(people.users);
  const messages = inputs(15).map((input) =>
    requestMessage(from, { kernel: "echo", inputs: [input] }),
  );
  return { signers: [from], messages, gasLimit: 20_000_000n };
}

/** A user asks a publisher's kernel that the user may not run. */
function uninvited(world: World): TxDraft | undefined {
  const { people, keepers } = world;
  const ctx = world.context();
  const { state } = keepers.kernel;
  for (const { kernelId, allowed } of state.accessLists(ctx)) {
    const kernel = state.findKernel(ctx, kernelId);
    const from = people.users.find(({ text }) => text !== kernel?.owner && !allowed.includes(text));
    if (kernel === undefined || from === undefined || kernel.headVersionId.length === 0) continue;
    return one(from, requestMessage(from, { kernel: kernel.name, inputs: inputs(1) }));
  }
  return undefined;
}
