import { assertDefined } from "#core/primitives/assert.js";
import { concatBytes } from "#core/primitives/bytes.js";
import type { KeyCodec } from "./keyCodecs.js";

/** The codecs of a tuple's members. */
type Codecs<T extends readonly unknown[]> = { readonly [I in keyof T]: KeyCodec<T[I]> };

/** The first members of a tuple: at least one of them, and not all. */
export type HeadOf<T extends readonly unknown[]> = T extends readonly [...infer H, unknown]
  ? H extends readonly []
    ? never
    : H | HeadOf<H>
  : never;

/** Codec of a composite key, which is ordered by its members from the first on. */
export interface TupleKeyCodec<T extends readonly unknown[]> extends KeyCodec<T> {
  /** What the keys begin with that have these first members; for the `prefix` of a scope. */
  readonly prefix: (...head: HeadOf<T>) => Uint8Array;
}

/** A key of several members, for example `tupleKey(addressKey, textKey)` for [address, denom]. */
export function tupleKey<T extends readonly [unknown, unknown, ...unknown[]]>(
  ...codecs: Codecs<T>
): TupleKeyCodec<T> {
  // The mapped tuple type does not let itself be walked; its members are codecs all the same.
  const members = codecs as ReadonlyArray<KeyCodec<unknown>>;
  const heads = members.slice(0, -1);
  const last = assertDefined(members.at(-1), "a tuple has members");
  const encodeWith =
    (encodeLast: KeyCodec<unknown>["encode"]) =>
    (key: T): Uint8Array =>
      concatBytes(encodeHead(heads, key), encodeLast(key[heads.length]));
  const decodePart = (bytes: Uint8Array): readonly [T, number] => {
    const [head, start] = decodeHead(heads, bytes);
    const [end, length] = last.decodePart(bytes.subarray(start));
    return [[...head, end] as unknown as T, start + length];
  };
  return {
    encode: encodeWith(last.encode),
    decode: (bytes) => {
      const [head, start] = decodeHead(heads, bytes);
      return [...head, last.decode(bytes.subarray(start))] as unknown as T;
    },
    encodePart: encodeWith(last.encodePart),
    decodePart,
    prefix: (...head) => encodeHead(heads, head),
  };
}

/** Members that others follow, as many as `key` has. */
function encodeHead(codecs: ReadonlyArray<KeyCodec<unknown>>, key: readonly unknown[]): Uint8Array {
  const count = Math.min(codecs.length, key.length);
  return concatBytes(...codecs.slice(0, count).map((codec, at) => codec.encodePart(key[at])));
}

function decodeHead(
  codecs: ReadonlyArray<KeyCodec<unknown>>,
  bytes: Uint8Array,
): readonly [head: unknown[], length: number] {
  const head: unknown[] = [];
  let at = 0;
  for (const codec of codecs) {
    const [member, length] = codec.decodePart(bytes.subarray(at));
    head.push(member);
    at += length;
  }
  return [head, at];
}
