import { assert } from "#core/primitives/assert.js";
import { AbciProtocolError } from "../errors.js";

/** Names of a protobuf enum's numbers; numbers without a name are refused in both directions. */
export class WireEnum<Value extends number, Name extends string> {
  readonly #what: string;
  readonly #entries: ReadonlyArray<readonly [Value, Name]>;

  /** `what` names the enum in errors. */
  constructor(what: string, entries: ReadonlyArray<readonly [Value, Name]>) {
    this.#what = what;
    this.#entries = entries;
  }

  /** Name of a number from the wire; fails with an {@link AbciProtocolError}. */
  name(value: Value): Name {
    const entry = this.#entries.find(([one]) => one === value);
    if (entry === undefined) throw new AbciProtocolError(`${this.#what} ${value} is unknown`);
    return entry[1];
  }

  /** Number of a name. */
  value(name: Name): Value {
    const entry = this.#entries.find(([, one]) => one === name);
    assert(entry !== undefined, `${this.#what} ${name} has a number`);
    return entry[0];
  }
}
