import {
  Assurance,
  MsgChallenge,
  MsgRequestInference,
} from "#core/codec/generated/aivm/inference/v1.js";
import { DataType, type Value, ValueSet } from "#core/codec/generated/aivm/kernel/v1.js";
import { pack, type PackedMessage } from "#core/codec/typeRegistry.js";
import { utf8 } from "#core/primitives/bytes.js";
import { coin } from "#core/primitives/coin.js";
import type { TestAccount } from "#test/harness/identities.js";

/** Asks for a kernel by name; what is not said has a default. */
export function requestMessage(
  from: TestAccount,
  parts: Partial<MsgRequestInference>,
): PackedMessage {
  return pack(
    MsgRequestInference,
    MsgRequestInference.create({
      requester: from.text,
      assurance: Assurance.COMMITTEE,
      maxPrice: coin("unes", 1_000_000_000n),
      priorityFee: coin("unes", 0n),
      ...parts,
    }),
  );
}

/** Disputes an answer. */
export function challengeMessage(from: TestAccount, parts: Partial<MsgChallenge>): PackedMessage {
  return pack(MsgChallenge, MsgChallenge.create({ challenger: from.text, ...parts }));
}

/** A valid input of the kernel `typed` with an image of 1 to 4 numbers, which decides its price. */
export function sizedInput(numbers: number): Uint8Array {
  const image = { dims: [BigInt(numbers)], data: new Uint8Array(4 * numbers) };
  return typedInput({ image });
}

/** A valid input of the kernel `typed`, with changes to its values by name. */
export function typedInput(changes: Readonly<Record<string, Partial<Value>>> = {}): Uint8Array {
  const values: Value[] = [
    { name: "image", dataType: DataType.FLOAT32, dims: [1n], data: new Uint8Array(4) },
    { name: "note", dataType: DataType.STRING, dims: [], data: utf8("note") },
    { name: "flag", dataType: DataType.BOOL, dims: [2n], data: Uint8Array.of(0, 1) },
  ];
  return ValueSet.encode({ values: values.map((value) => ({ ...value, ...changes[value.name] })) });
}
