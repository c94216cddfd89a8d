import { WireWriter } from "#core/codec/wire/writer.js";

/** One step from a node's hash to its parent's (cosmos.ics23.v1.InnerOp; the hash is SHA-256). */
export interface InnerOp {
  readonly prefix: Uint8Array;
  /** Empty when the child is the last part of what is hashed. */
  readonly suffix: Uint8Array;
}

/** Proof that a key has a value (cosmos.ics23.v1.ExistenceProof). */
export interface ExistenceProof {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  /** What a leaf's preimage begins with; the key and the value's hash follow with their lengths. */
  readonly leafPrefix: Uint8Array;
  /** From the leaf up to the root. */
  readonly path: readonly InnerOp[];
}

/** Proof that a key is absent, by its neighbours (cosmos.ics23.v1.NonExistenceProof). */
export interface NonExistenceProof {
  readonly key: Uint8Array;
  /** The greatest smaller key; undefined when there is none. */
  readonly left: ExistenceProof | undefined;
  /** The smallest greater key; undefined when there is none. */
  readonly right: ExistenceProof | undefined;
}

/** HashOp.SHA256 and LengthOp.VAR_PROTO; NO_HASH is 0 and left out, as protobuf leaves it out. */
const SHA256 = 1;
const VAR_PROTO = 1;

/** Bytes of a cosmos.ics23.v1.CommitmentProof that holds an existence proof. */
export function encodeExistence(proof: ExistenceProof): Uint8Array {
  const writer = new WireWriter();
  writeField(writer, 1, () => {
    writeExistence(writer, proof);
  });
  return writer.finish();
}

/** Bytes of a cosmos.ics23.v1.CommitmentProof that holds a non-existence proof. */
export function encodeNonExistence(proof: NonExistenceProof): Uint8Array {
  const writer = new WireWriter();
  writeField(writer, 2, () => {
    writeBytes(writer, 1, proof.key);
    for (const [number, side] of [
      [2, proof.left],
      [3, proof.right],
    ] as const) {
      if (side === undefined) continue;
      writeField(writer, number, () => {
        writeExistence(writer, side);
      });
    }
  });
  return writer.finish();
}

function writeExistence(writer: WireWriter, proof: ExistenceProof): void {
  writeBytes(writer, 1, proof.key);
  writeBytes(writer, 2, proof.value);
  writeField(writer, 3, () => {
    writeScalar(writer, 1, SHA256);
    writeScalar(writer, 3, SHA256);
    writeScalar(writer, 4, VAR_PROTO);
    writeBytes(writer, 5, proof.leafPrefix);
  });
  for (const { prefix, suffix } of proof.path) {
    writeField(writer, 4, () => {
      writeScalar(writer, 1, SHA256);
      writeBytes(writer, 2, prefix);
      writeBytes(writer, 3, suffix);
    });
  }
}

function writeScalar(writer: WireWriter, number: number, value: number): void {
  writer.uint32(number << 3);
  writer.uint32(value);
}

function writeBytes(writer: WireWriter, number: number, value: Uint8Array): void {
  if (value.length === 0) return;
  writer.uint32((number << 3) | 2);
  writer.bytes(value);
}

function writeField(writer: WireWriter, number: number, write: () => void): void {
  writer.uint32((number << 3) | 2);
  writer.delimited(write);
}
