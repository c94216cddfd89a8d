/** Keys up to this many bytes become text in one call; argument lists must stay short. */
const CHUNK_BYTES = 4096;

/**
 * A key as text of one character per byte (Latin-1). Equality and order of such texts are those of
 * the bytes, so they can be keys of a Map and can be sorted by `<`.
 */
export function keyText(key: Uint8Array): string {
  if (key.length <= CHUNK_BYTES) return textOf(key);
  let text = "";
  for (let start = 0; start < key.length; start += CHUNK_BYTES) {
    text += textOf(key.subarray(start, start + CHUNK_BYTES));
  }
  return text;
}

function textOf(bytes: Uint8Array): string {
  // A spread of a typed array goes through its iterator, which takes five times as long.
  return Reflect.apply(String.fromCharCode, undefined, bytes) as string;
}
