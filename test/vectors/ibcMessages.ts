import { Duration, Timestamp } from "#core/codec/generated/google/protobuf.js";
import { defineMessage, type Field, type ScalarKind } from "#core/codec/message.js";
import { messageField, scalarField } from "#core/comet/fields.js";

// Messages of ICS-23 and ibc-go v8 that the vectors hold, by the rules of gogoproto: what it calls
// non-nullable is "required". The chain has no IBC yet (ADR-0011); proofs and encodings are ready.

function repeated(number: number, name: string, kind: ScalarKind): Field {
  return { ...scalarField(number, name, kind), repeated: true };
}

function flag(number: number, protoName: string): Field {
  return { ...scalarField(number, protoName, "bool"), protoName };
}

interface LeafOp {
  hash: number;
  prehashKey: number;
  prehashValue: number;
  length: number;
  prefix: Uint8Array;
}
const LeafOp = defineMessage<LeafOp>("cosmos.ics23.v1.LeafOp", [
  scalarField(1, "hash", "enum"),
  scalarField(2, "prehashKey", "enum"),
  scalarField(3, "prehashValue", "enum"),
  scalarField(4, "length", "enum"),
  scalarField(5, "prefix", "bytes"),
]);

interface InnerSpec {
  childOrder: number[];
  childSize: number;
  minPrefixLength: number;
  maxPrefixLength: number;
  hash: number;
}
const InnerSpec = defineMessage<InnerSpec>("cosmos.ics23.v1.InnerSpec", [
  repeated(1, "childOrder", "int32"),
  scalarField(2, "childSize", "int32"),
  scalarField(3, "minPrefixLength", "int32"),
  scalarField(4, "maxPrefixLength", "int32"),
  scalarField(6, "hash", "enum"),
]);

/** cosmos.ics23.v1.ProofSpec, without depths. */
export interface ProofSpecMessage {
  leafSpec: LeafOp | undefined;
  innerSpec: InnerSpec | undefined;
}
/** Codec of {@link ProofSpecMessage}. */
export const ProofSpecMessage = defineMessage<ProofSpecMessage>("cosmos.ics23.v1.ProofSpec", [
  messageField(1, "leafSpec", () => LeafOp, "optional"),
  messageField(2, "innerSpec", () => InnerSpec, "optional"),
]);

interface Version {
  identifier: string;
  features: string[];
}
const Version = defineMessage<Version>("ibc.core.connection.v1.Version", [
  scalarField(1, "identifier", "string"),
  repeated(2, "features", "string"),
]);

interface MerklePrefix {
  keyPrefix: Uint8Array;
}
const MerklePrefix = defineMessage<MerklePrefix>("ibc.core.commitment.v1.MerklePrefix", [
  scalarField(1, "keyPrefix", "bytes"),
]);

interface ConnectionCounterparty {
  clientId: string;
  connectionId: string;
  prefix: MerklePrefix;
}
const ConnectionCounterparty = defineMessage<ConnectionCounterparty>(
  "ibc.core.connection.v1.Counterparty",
  [
    scalarField(1, "clientId", "string"),
    scalarField(2, "connectionId", "string"),
    messageField(3, "prefix", () => MerklePrefix, "required"),
  ],
);

interface ConnectionEnd {
  clientId: string;
  versions: Version[];
  state: number;
  counterparty: ConnectionCounterparty;
  delayPeriod: bigint;
}
/** Codec of ibc.core.connection.v1.ConnectionEnd. */
export const ConnectionEnd = defineMessage<ConnectionEnd>("ibc.core.connection.v1.ConnectionEnd", [
  scalarField(1, "clientId", "string"),
  messageField(2, "versions", () => Version, "repeated"),
  scalarField(3, "state", "enum"),
  messageField(4, "counterparty", () => ConnectionCounterparty, "required"),
  scalarField(5, "delayPeriod", "uint64"),
]);

interface ChannelCounterparty {
  portId: string;
  channelId: string;
}
const ChannelCounterparty = defineMessage<ChannelCounterparty>("ibc.core.channel.v1.Counterparty", [
  scalarField(1, "portId", "string"),
  scalarField(2, "channelId", "string"),
]);

interface Channel {
  state: number;
  ordering: number;
  counterparty: ChannelCounterparty;
  connectionHops: string[];
  version: string;
  upgradeSequence: bigint;
}
/** Codec of ibc.core.channel.v1.Channel. */
export const Channel = defineMessage<Channel>("ibc.core.channel.v1.Channel", [
  scalarField(1, "state", "enum"),
  scalarField(2, "ordering", "enum"),
  messageField(3, "counterparty", () => ChannelCounterparty, "required"),
  repeated(4, "connectionHops", "string"),
  scalarField(5, "version", "string"),
  scalarField(6, "upgradeSequence", "uint64"),
]);

interface Fraction {
  numerator: bigint;
  denominator: bigint;
}
const Fraction = defineMessage<Fraction>("ibc.lightclients.tendermint.v1.Fraction", [
  scalarField(1, "numerator", "uint64"),
  scalarField(2, "denominator", "uint64"),
]);

interface Height {
  revisionNumber: bigint;
  revisionHeight: bigint;
}
const Height = defineMessage<Height>("ibc.core.client.v1.Height", [
  scalarField(1, "revisionNumber", "uint64"),
  scalarField(2, "revisionHeight", "uint64"),
]);

interface ClientState {
  chainId: string;
  trustLevel: Fraction;
  trustingPeriod: Duration;
  unbondingPeriod: Duration;
  maxClockDrift: Duration;
  frozenHeight: Height;
  latestHeight: Height;
  proofSpecs: ProofSpecMessage[];
  upgradePath: string[];
  allow_update_after_expiry: boolean;
  allow_update_after_misbehaviour: boolean;
}
/** Codec of ibc.lightclients.tendermint.v1.ClientState. */
export const ClientState = defineMessage<ClientState>(
  "ibc.lightclients.tendermint.v1.ClientState",
  [
    scalarField(1, "chainId", "string"),
    messageField(2, "trustLevel", () => Fraction, "required"),
    messageField(3, "trustingPeriod", () => Duration, "required"),
    messageField(4, "unbondingPeriod", () => Duration, "required"),
    messageField(5, "maxClockDrift", () => Duration, "required"),
    messageField(6, "frozenHeight", () => Height, "required"),
    messageField(7, "latestHeight", () => Height, "required"),
    messageField(8, "proofSpecs", () => ProofSpecMessage, "repeated"),
    repeated(9, "upgradePath", "string"),
    flag(10, "allow_update_after_expiry"),
    flag(11, "allow_update_after_misbehaviour"),
  ],
);

interface MerkleRoot {
  hash: Uint8Array;
}
const MerkleRoot = defineMessage<MerkleRoot>("ibc.core.commitment.v1.MerkleRoot", [
  scalarField(1, "hash", "bytes"),
]);

interface ConsensusState {
  timestamp: Timestamp;
  root: MerkleRoot;
  nextValidatorsHash: Uint8Array;
}
/** Codec of ibc.lightclients.tendermint.v1.ConsensusState. */
export const ConsensusState = defineMessage<ConsensusState>(
  "ibc.lightclients.tendermint.v1.ConsensusState",
  [
    messageField(1, "timestamp", () => Timestamp, "required"),
    messageField(2, "root", () => MerkleRoot, "required"),
    scalarField(3, "nextValidatorsHash", "bytes"),
  ],
);
