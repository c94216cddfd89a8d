import { fromBinary, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromBufbuild, toBufbuild } from "#test/harness/codec/bufbuild.js";
import { isWrittenByCosmjs, toCosmjs } from "#test/harness/codec/cosmjs.js";
import { messageArbitrary } from "#test/harness/codec/messageArbitrary.js";
import { DESCRIPTORS, MESSAGE_TYPES } from "#test/harness/codec/messageTypes.js";
import { toHex } from "#core/primitives/bytes.js";
import { Params } from "#core/codec/generated/cosmos/staking/v1beta1.js";
import { RequestPrepareProposal } from "#core/codec/generated/tendermint/abci.js";
import { PublicKey } from "#core/codec/generated/tendermint/crypto.js";

const RUNS = { seed: 0xc0dec, numRuns: 25 };

describe.each(MESSAGE_TYPES)("$name", ({ codec, descriptor, cosmjs }) => {
  const messages = messageArbitrary(codec, "wire");

  test("has the same bytes as in @bufbuild/protobuf, in both directions", () => {
    fc.assert(
      fc.property(messages, (message) => {
        const bytes = codec.encode(message);
        expect(toHex(bytes)).toBe(toHex(toBinary(descriptor, toBufbuild(descriptor, message))));
        expect(codec.decodeCanonical(bytes)).toStrictEqual(message);
        expect(fromBufbuild(descriptor, fromBinary(descriptor, bytes))).toStrictEqual(message);
      }),
      RUNS,
    );
  });

  test.runIf(cosmjs !== undefined)("has the same bytes as in cosmjs-types", () => {
    fc.assert(
      fc.property(messages, (message) => {
        fc.pre(isWrittenByCosmjs(codec, message));
        const bytes = codec.encode(message);
        const theirs = toCosmjs(descriptor, message);
        expect(toHex(bytes)).toBe(toHex(cosmjs!.encode(theirs).finish()));
        expect(cosmjs!.decode(bytes)).toMatchObject(theirs);
      }),
      RUNS,
    );
  });
});

test("every message of the schema is generated, but for annotations, schemas of schemas and reflection", () => {
  const known = new Set(MESSAGE_TYPES.map(({ name }) => name));
  const missing = [...DESCRIPTORS]
    .filter((type) => type.kind === "message" && !known.has(type.typeName))
    .map(({ typeName }) => typeName);
  const unserved =
    /^(google\.api|google\.protobuf|cosmos\.base\.reflection\.v2alpha1|cosmos_proto|amino|gogoproto|grpc\.reflection)\./;
  expect(missing.filter((name) => !unserved.test(name))).toStrictEqual([]);
});

test("most of the types are compared with cosmjs-types", () => {
  const foreign = MESSAGE_TYPES.filter(({ name }) => !name.startsWith("aivm."));
  const compared = foreign.filter(({ cosmjs }) => cosmjs !== undefined);
  expect(compared.length).toBeGreaterThan(0.9 * foreign.length);
});

describe("differences from the oracles", () => {
  test("messages that gogoproto calls non-nullable are written even when they are empty", () => {
    const message = RequestPrepareProposal.create();
    expect([...RequestPrepareProposal.encode(message)]).toStrictEqual([0x1a, 0x00, 0x32, 0x00]);
    expect(RequestPrepareProposal.decode(new Uint8Array(0))).toStrictEqual(message);
    expect([...Params.encode(Params.create())]).toStrictEqual([0x0a, 0x00]);
  });

  test("an empty member of a oneof is not told from an unset one", () => {
    const unset = { ed25519: new Uint8Array(0), secp256k1: new Uint8Array(0) };
    expect(PublicKey.decode(Uint8Array.of(0x0a, 0x00))).toStrictEqual(unset);
    expect(PublicKey.encode(unset)).toHaveLength(0);
  });

  // The reason for `isWrittenByCosmjs`: where this fails, a newer cosmjs-types is sound again.
  test("cosmjs-types 0.11 writes 64-bit integers from 2^31 to 2^32 as zeros", () => {
    const type = MESSAGE_TYPES.find(({ name }) => name === "tendermint.types.BlockParams");
    const theirs = type?.cosmjs?.encode({ maxBytes: 3_000_000_000n, maxGas: 0n }).finish();
    expect([...(theirs ?? [])]).toStrictEqual([0x08, 0x00, 0x00, 0x00, 0x00, 0x00]);
    const ours = type?.codec.encode({ maxBytes: 3_000_000_000n, maxGas: 0n });
    expect([...(ours ?? [])]).toStrictEqual([0x08, 0x80, 0xbc, 0xc1, 0x96, 0x0b]);
  });
});
