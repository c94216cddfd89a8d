import type { JsonValue } from "#core/codec/json.js";
import { type Instant, parseInstant } from "#core/codec/civilTime.js";
import { fromBase64, fromHex } from "#core/primitives/bytes.js";
import type { SdkError } from "../errors.js";

const INTEGER = /^-?(?:0|[1-9][0-9]{0,19})$/;
const INT64_MAX = (1n << 63n) - 1n;
const EMPTY = new Uint8Array(0);

/** Makes the error that the place at a path is not what it must be. */
export type MalformedPlace = (at: string, problem: string) => SdkError;

/**
 * A place within JSON that somebody else wrote. Every reading checks the shape and fails with what
 * `malformed` makes of the path.
 *
 * @example
 * const result = await rpc.call("health", {});
 * console.log(result.value);
 */
export class JsonCursor {
  readonly #value: JsonValue;
  readonly #at: string;
  readonly #malformed: MalformedPlace;

  constructor(value: JsonValue, at: string, malformed: MalformedPlace) {
    this.#value = value;
    this.#at = at;
    this.#malformed = malformed;
  }

  /** What is at this place, unread. */
  get value(): JsonValue {
    return this.#value;
  }

  /** The member of an object; one that is absent reads as null. */
  field(name: string): JsonCursor {
    const value = this.#value;
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw this.malformed("not an object");
    }
    const member = Object.hasOwn(value, name) ? value[name] : undefined;
    return new JsonCursor(member ?? null, `${this.#at}.${name}`, this.#malformed);
  }

  /** The member of an object, or undefined when it is absent or null. */
  optional(name: string): JsonCursor | undefined {
    const member = this.field(name);
    return member.#value === null ? undefined : member;
  }

  /** The elements of a list; null is an empty one, as Go writes it. */
  elements(): JsonCursor[] {
    const value = this.#value;
    if (value === null) return [];
    if (!Array.isArray(value)) throw this.malformed("not a list");
    return value.map(
      (element, index) => new JsonCursor(element, `${this.#at}[${index}]`, this.#malformed),
    );
  }

  text(): string {
    if (typeof this.#value !== "string") throw this.malformed("not a string");
    return this.#value;
  }

  /** Text, empty when it is absent or null. */
  textOrEmpty(): string {
    return this.#value === null ? "" : this.text();
  }

  bool(): boolean {
    if (typeof this.#value !== "boolean") throw this.malformed("not a bool");
    return this.#value;
  }

  /** A 64-bit integer, as digits or as a JSON number that is exact. */
  int64(): bigint {
    const value = this.#value;
    const exact = typeof value === "number" && Number.isSafeInteger(value);
    const digits = exact ? String(value) : value;
    if (typeof digits !== "string" || !INTEGER.test(digits)) throw this.malformed("not an integer");
    const integer = BigInt(digits);
    if (integer > INT64_MAX || integer < -INT64_MAX - 1n) throw this.malformed("out of range");
    return integer;
  }

  /** A 32-bit integer; 0 when it is absent or null, as Go leaves zeros out. */
  int32(): number {
    const value = this.#value;
    if (value === null) return 0;
    if (typeof value !== "number" || value !== (value | 0)) throw this.malformed("not an integer");
    return value;
  }

  /** Bytes of hex digits. */
  hex(): Uint8Array {
    const bytes = fromHex(this.text());
    if (bytes === undefined) throw this.malformed("not hex");
    return bytes;
  }

  /** Bytes of base64; null has none. */
  base64(): Uint8Array {
    if (this.#value === null) return EMPTY;
    const bytes = fromBase64(this.text());
    if (bytes === undefined) throw this.malformed("not base64");
    return bytes;
  }

  /** An RFC 3339 time. */
  time(): Instant {
    const instant = parseInstant(this.text());
    if (instant === undefined) throw this.malformed("not an RFC 3339 time");
    return instant;
  }

  /** The error that this place is not what it must be. */
  malformed(problem: string): SdkError {
    return this.#malformed(this.#at, problem);
  }
}
