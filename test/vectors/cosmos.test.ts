import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Any } from "#core/codec/generated/google/protobuf.js";
import { PublicKey } from "#core/codec/generated/tendermint/crypto.js";
import { BlockID } from "#core/codec/generated/tendermint/types.js";
import type { MessageCodec } from "#core/codec/message.js";
import { pack } from "#core/codec/typeRegistry.js";
import { consensusParamsHash } from "#core/comet/hashes.js";
import { IAVL_SPEC, type ProofSpec, TENDERMINT_SPEC } from "#core/comet/ics23.js";
import { precommitSignBytes, voteExtensionSignBytes } from "#core/comet/signBytes.js";
import { validatorSetHash } from "#core/comet/validators.js";
import { truncatedHash } from "#core/crypto/address.js";
import { encodeBech32 } from "#core/crypto/bech32.js";
import { sha256 } from "#core/crypto/hash.js";
import { concatBytes, toHex, uint64ToBytes, utf8 } from "#core/primitives/bytes.js";
import {
  Channel,
  ClientState,
  ConnectionEnd,
  ConsensusState,
  ProofSpecMessage,
} from "./ibcMessages.js";
import { hexBytes, readVectors } from "./readVectors.js";
import { cosmosVector } from "./storeVectors.js";

const HERE = "test/vectors/cosmos.test.ts";

/** Where each value of cosmos.json is asserted. */
const TESTED: Readonly<Record<string, string>> = {
  "iavl.v1.root": "core/store/iavl/mutableTree.test.ts",
  "iavl.v2.root": "core/store/iavl/mutableTree.test.ts",
  "iavl.v2.shape": "core/store/iavl/mutableTree.test.ts",
  "iavl.v2.CommitmentProof.exist(k03)": "core/store/iavl/vectors.test.ts",
  "iavl.v2.CommitmentProof.nonexist(k035)": "core/store/iavl/vectors.test.ts",
  "iavl.v3(no change).root": "core/store/iavl/mutableTree.test.ts",
  "iavl.single(k=v,version1).root": "core/store/iavl/mutableTree.test.ts",
  'multistore{acc:sha256(""),bank:single,ibc:v2}.appHash': "core/store/multistoreVectors.test.ts",
  "simple.CommitmentProof(ibc)": "core/store/multistoreVectors.test.ts",
  "MerkleProof(ibc/k03)": "core/store/multistoreVectors.test.ts",
  'precommitSignBytes(h=5,r=0,block=H("b"),parts=1/H("p"),t=1700000000.5s,chain="test-1")': HERE,
  'voteExtSignBytes(ext="ext",h=5,r=0,chain="test-1")': HERE,
  'valsetHash([ed25519 sha256("pk1") power10],[sha256("pk2") power5])': HERE,
  "consensusHash(max_bytes=22020096,max_gas=-1)": HERE,
  'packetCommitment(data="hello",ts=1700000000000000000,height=1-100)': HERE,
  'packetCommitment(data="hello",ts=0,height=0-0)': HERE,
  'ackCommitment({"result":"AQ=="})': HERE,
  "escrow20(transfer/channel-0)": HERE,
  "escrow bech32 cosmos": HERE,
  "ConnectionEnd INIT": HERE,
  "Channel INIT UNORDERED": HERE,
  "ProofSpec iavl": HERE,
  "ProofSpec tendermint": HERE,
  "ClientState(value, un-Any) test-1 1/3 14d/21d drift40s latest1-5 hermes": HERE,
  'ConsensusState Any (ts=1700000000.5s, root=sha256("r"), nvh=sha256("n"))': HERE,
};

const hash = (text: string) => sha256(utf8(text));
const TIME = { seconds: 1_700_000_000n, nanos: 500_000_000 };

test("every value of cosmos.json is named by the test that asserts it", () => {
  const vectors = readVectors("cosmos") as Readonly<Record<string, string>>;
  expect(Object.keys(TESTED)).toEqual(Object.keys(vectors));
  for (const [name, file] of Object.entries(TESTED)) {
    const source = readFileSync(file, "utf8").split(name).length - 1;
    // In this file once in the table and once in a test.
    expect(source, name).toBeGreaterThanOrEqual(file === HERE ? 2 : 1);
  }
});

describe("CometBFT", () => {
  test("precommits are signed in canonical form", () => {
    const blockId = BlockID.create({
      hash: hash("b"),
      partSetHeader: { total: 1, hash: hash("p") },
    });
    const vote = { height: 5n, round: 0, blockId, timestamp: TIME };
    expect(toHex(precommitSignBytes("test-1", vote))).toBe(
      cosmosVector(
        'precommitSignBytes(h=5,r=0,block=H("b"),parts=1/H("p"),t=1700000000.5s,chain="test-1")',
      ),
    );
  });

  test("vote extensions are signed in canonical form", () => {
    const vote = { extension: utf8("ext"), height: 5n, round: 0 };
    expect(toHex(voteExtensionSignBytes("test-1", vote))).toBe(
      cosmosVector('voteExtSignBytes(ext="ext",h=5,r=0,chain="test-1")'),
    );
  });

  test("validator sets and parameters have the hashes of headers", () => {
    const validators = (["pk1", "pk2"] as const).map((name, index) => ({
      pubKey: PublicKey.create({ ed25519: hash(name) }),
      votingPower: [10n, 5n][index]!,
    }));
    expect(toHex(validatorSetHash(validators))).toBe(
      cosmosVector('valsetHash([ed25519 sha256("pk1") power10],[sha256("pk2") power5])'),
    );
    expect(toHex(consensusParamsHash({ maxBytes: 22_020_096n, maxGas: -1n }))).toBe(
      cosmosVector("consensusHash(max_bytes=22020096,max_gas=-1)"),
    );
  });
});

describe("IBC commitments", () => {
  /** ICS-04: what the sending chain stores of a packet. */
  const packetCommitment = (timeoutNs: bigint, revision: bigint, height: bigint) =>
    toHex(sha256(...[timeoutNs, revision, height].map(uint64ToBytes), hash("hello")));

  test("of packets and acknowledgements", () => {
    expect(packetCommitment(1_700_000_000_000_000_000n, 1n, 100n)).toBe(
      cosmosVector('packetCommitment(data="hello",ts=1700000000000000000,height=1-100)'),
    );
    expect(packetCommitment(0n, 0n, 0n)).toBe(
      cosmosVector('packetCommitment(data="hello",ts=0,height=0-0)'),
    );
    expect(toHex(hash('{"result":"AQ=="}'))).toBe(cosmosVector('ackCommitment({"result":"AQ=="})'));
  });

  test("of a channel's escrow account", () => {
    const preimage = concatBytes(utf8("ics20-1"), Uint8Array.of(0), utf8("transfer/channel-0"));
    const address = truncatedHash(preimage);
    expect(toHex(address)).toBe(cosmosVector("escrow20(transfer/channel-0)"));
    expect(encodeBech32("cosmos", address)).toBe(cosmosVector("escrow bech32 cosmos"));
  });
});

/** The specification by which another chain verifies the proofs of this one's stores. */
function proofSpec({ childSize, prefixLengthMin, prefixLengthMax }: ProofSpec): ProofSpecMessage {
  const leafPrefix = Uint8Array.of(0);
  return {
    leafSpec: { hash: 1, prehashKey: 0, prehashValue: 1, length: 1, prefix: leafPrefix },
    innerSpec: {
      childOrder: [0, 1],
      childSize,
      minPrefixLength: prefixLengthMin,
      maxPrefixLength: prefixLengthMax,
      hash: 1,
    },
  };
}

describe("IBC state encodes as gogoproto does", () => {
  const SPECS = [proofSpec(IAVL_SPEC), proofSpec(TENDERMINT_SPEC)];

  function expectBytes<T extends object>(codec: MessageCodec<T>, message: T, name: string): void {
    expect(toHex(codec.encode(message))).toBe(cosmosVector(name));
    expect(codec.decodeCanonical(hexBytes(cosmosVector(name)))).toEqual(message);
  }

  test("proof specifications, which are those that we verify by", () => {
    expectBytes(ProofSpecMessage, SPECS[0]!, "ProofSpec iavl");
    expectBytes(ProofSpecMessage, SPECS[1]!, "ProofSpec tendermint");
  });

  test("a connection and a channel", () => {
    const prefix = { keyPrefix: utf8("ibc") };
    const connection = ConnectionEnd.create({
      clientId: "07-tendermint-0",
      versions: [{ identifier: "1", features: ["ORDER_ORDERED", "ORDER_UNORDERED"] }],
      state: 1,
      counterparty: { clientId: "07-tendermint-3", connectionId: "", prefix },
    });
    expectBytes(ConnectionEnd, connection, "ConnectionEnd INIT");
    const channel = Channel.create({
      state: 1,
      ordering: 1,
      counterparty: { portId: "transfer", channelId: "" },
      connectionHops: ["connection-0"],
      version: "ics20-1",
    });
    expectBytes(Channel, channel, "Channel INIT UNORDERED");
  });

  test("a client's state", () => {
    const days = (count: bigint) => ({ seconds: count * 86_400n, nanos: 0 });
    const state = ClientState.create({
      chainId: "test-1",
      trustLevel: { numerator: 1n, denominator: 3n },
      trustingPeriod: days(14n),
      unbondingPeriod: days(21n),
      maxClockDrift: { seconds: 40n, nanos: 0 },
      latestHeight: { revisionNumber: 1n, revisionHeight: 5n },
      proofSpecs: SPECS,
      upgradePath: ["upgrade", "upgradedIBCState"],
      allow_update_after_expiry: true,
      allow_update_after_misbehaviour: true,
    });
    const name = "ClientState(value, un-Any) test-1 1/3 14d/21d drift40s latest1-5 hermes";
    expectBytes(ClientState, state, name);
  });

  test("a consensus state in its Any", () => {
    const root = { hash: hash("r") };
    const state = { timestamp: TIME, root, nextValidatorsHash: hash("n") };
    const name = 'ConsensusState Any (ts=1700000000.5s, root=sha256("r"), nvh=sha256("n"))';
    expectBytes(Any, pack(ConsensusState, state), name);
  });
});
