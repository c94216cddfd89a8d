import { defineError } from "#core/primitives/errors.js";

const CODESPACE = "codec";

/** The bytes are not the protobuf encoding of the message; `at` names the field. */
export const malformedWire = defineError(CODESPACE, {
  code: 2,
  summary: "malformed protobuf",
});

/** The bytes decode, but another byte string is the canonical encoding of the same message. */
export const notCanonical = defineError(CODESPACE, {
  code: 3,
  summary: "encoding is not canonical",
});

/** The JSON value does not fit the message; `at` names the path. */
export const malformedJson = defineError(CODESPACE, {
  code: 4,
  summary: "JSON does not fit the message",
});

/** A google.protobuf.Any names a type that this chain does not know. */
export const unknownType = defineError(CODESPACE, {
  code: 5,
  summary: "unknown type URL",
});
