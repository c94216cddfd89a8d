import { defineMessage } from "#core/codec/message.js";
import { messageField, scalarField } from "./fields.js";

/** How the leaf of a proof hashes key and value; numbers are those of HashOp and LengthOp. */
export interface LeafOp {
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

/** One inner node of a proof's path: what surrounds the hash of the child. */
export interface InnerOp {
  hash: number;
  prefix: Uint8Array;
  suffix: Uint8Array;
}
const InnerOp = defineMessage<InnerOp>("cosmos.ics23.v1.InnerOp", [
  scalarField(1, "hash", "enum"),
  scalarField(2, "prefix", "bytes"),
  scalarField(3, "suffix", "bytes"),
]);

/** That a key has a value; the path leads from the leaf to the root. */
export interface ExistenceProof {
  key: Uint8Array;
  value: Uint8Array;
  leaf: LeafOp | undefined;
  path: InnerOp[];
}
const ExistenceProof = defineMessage<ExistenceProof>("cosmos.ics23.v1.ExistenceProof", [
  scalarField(1, "key", "bytes"),
  scalarField(2, "value", "bytes"),
  messageField(3, "leaf", () => LeafOp, "optional"),
  messageField(4, "path", () => InnerOp, "repeated"),
]);

/** That a key is absent: its neighbours exist and are neighbours. */
export interface NonExistenceProof {
  key: Uint8Array;
  /** Of the greatest smaller key; undefined when there is none. */
  left: ExistenceProof | undefined;
  /** Of the smallest greater key; undefined when there is none. */
  right: ExistenceProof | undefined;
}
const NonExistenceProof = defineMessage<NonExistenceProof>("cosmos.ics23.v1.NonExistenceProof", [
  scalarField(1, "key", "bytes"),
  messageField(2, "left", () => ExistenceProof, "optional"),
  messageField(3, "right", () => ExistenceProof, "optional"),
]);

/**
 * A proof of one key. Batch and compressed proofs, fields 3 and 4 of the protobuf, are refused as
 * unknown fields: neither queries nor relayers use them.
 */
export interface CommitmentProof {
  exist: ExistenceProof | undefined;
  nonexist: NonExistenceProof | undefined;
}
/** Codec of cosmos.ics23.v1.CommitmentProof; decoding fails with `codec/2 malformed protobuf`. */
export const CommitmentProof = defineMessage<CommitmentProof>("cosmos.ics23.v1.CommitmentProof", [
  messageField(1, "exist", () => ExistenceProof, "optional"),
  messageField(2, "nonexist", () => NonExistenceProof, "optional"),
]);
