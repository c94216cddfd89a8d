import { HASH_BYTES, IavlNode } from "./node.js";
import { MAX_VARINT_BYTES, RecordReader, writeUvarint } from "./varint.js";

/** Room for a few hundred nodes with values of usual length. */
const SLAB_BYTES = 65_536;

/** Height, version, size, length of the key and two child ids, and the hash. */
const FIXED_BYTES = 6 * MAX_VARINT_BYTES + HASH_BYTES;

/** Encodes nodes one behind the other in one buffer, to save an allocation for each. */
export class NodeEncoder {
  #slab = new Uint8Array(SLAB_BYTES);
  #used = 0;

  /** The record of a sealed node; what was given before stays valid. */
  encode(node: IavlNode): Uint8Array {
    const bound = FIXED_BYTES + node.key.length + (node.value?.length ?? 0);
    if (this.#used + bound > this.#slab.length) {
      this.#slab = new Uint8Array(Math.max(SLAB_BYTES, bound));
      this.#used = 0;
    }
    const start = this.#used;
    this.#used = writeRecord(this.#slab, start, node);
    return this.#slab.subarray(start, this.#used);
  }
}

/**
 * Writes a node as the database keeps it and gives the offset after it:
 *
 *     leaf   height 0 | version | key length | key | hash | value
 *     inner  height   | version | key length | key | hash | size | left id | right id
 *
 * Numbers are unsigned varints.
 */
function writeRecord(target: Uint8Array, start: number, node: IavlNode): number {
  let at = writeUvarint(target, start, node.height);
  at = writeUvarint(target, at, node.version);
  at = writeUvarint(target, at, node.key.length);
  target.set(node.key, at);
  at += node.key.length;
  target.set(node.sealedHash(), at);
  at += HASH_BYTES;
  if (node.value !== undefined) {
    target.set(node.value, at);
    return at + node.value.length;
  }
  at = writeUvarint(target, at, node.size);
  at = writeUvarint(target, at, node.leftId);
  return writeUvarint(target, at, node.rightId);
}

/** The node of a record that {@link NodeEncoder} made; a leaf's value is a view of `record`. */
export function decodeNode(id: number, record: Uint8Array): IavlNode {
  const reader = new RecordReader(record);
  const height = reader.uvarint();
  const version = reader.uvarint();
  const key = reader.copy(reader.uvarint());
  const hash = reader.copy(HASH_BYTES);
  const node = new IavlNode(key, height === 0 ? reader.bytes() : undefined, version);
  node.id = id;
  node.hash = hash;
  if (height === 0) return node;
  node.height = height;
  node.size = reader.uvarint();
  node.leftId = reader.uvarint();
  node.rightId = reader.uvarint();
  return node;
}
