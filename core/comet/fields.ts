import type { AnyCodec, Field, ScalarKind } from "#core/codec/message.js";

/** A singular scalar field whose proto name is the snake case of `name`. */
export function scalarField(number: number, name: string, kind: ScalarKind): Field {
  return { number, protoName: snakeCase(name), name, kind, repeated: false, required: false };
}

/** An embedded message: absent as undefined, or, when required, always there and always written. */
export function messageField(
  number: number,
  name: string,
  message: () => AnyCodec,
  presence: "optional" | "required" | "repeated",
): Field {
  return {
    number,
    protoName: snakeCase(name),
    name,
    kind: "message",
    repeated: presence === "repeated",
    required: presence === "required",
    message,
  };
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
