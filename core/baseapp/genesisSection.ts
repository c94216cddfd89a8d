import { fromJson, type JsonValue, toJson } from "#core/codec/json.js";
import type { MessageCodec } from "#core/codec/message.js";
import { TypeRegistry } from "#core/codec/typeRegistry.js";
import { assertDefined } from "#core/primitives/assert.js";
import type { GenesisSection } from "./module.js";

/** A genesis section that is the JSON of one protobuf message. */
export interface ProtoSection<T> extends GenesisSection {
  /** Reads the section out of a module's sections. */
  read(sections: ReadonlyMap<string, JsonValue>): T;
  /** The one-section map that `exportGenesis` gives. */
  write(state: T): ReadonlyMap<string, JsonValue>;
}

/** What a section knows of its message. */
export interface SectionRules<T> {
  readonly defaultGenesis: () => T;
  readonly validateGenesis: (state: T) => void;
  /** Types that an Any within the section may hold. */
  readonly types?: TypeRegistry;
}

/** Makes the genesis section of a message type; errors name `app_state.<name>` and the path in it. */
export function protoSection<T extends object>(
  name: string,
  codec: MessageCodec<T>,
  rules: SectionRules<T>,
): ProtoSection<T> {
  const registry = rules.types ?? new TypeRegistry();
  const parse = (json: JsonValue): T =>
    fromJson(codec, json, { registry, at: `app_state.${name}` });
  return {
    name,
    defaultState: () => toJson(codec, rules.defaultGenesis(), registry),
    validate: (json) => {
      rules.validateGenesis(parse(json));
    },
    read: (sections) => parse(assertDefined(sections.get(name), "the sections were validated")),
    write: (state) => new Map([[name, toJson(codec, state, registry)]]),
  };
}
