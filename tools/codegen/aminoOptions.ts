import {
  type DescExtension,
  type DescField,
  type DescMessage,
  type FileRegistry,
  getOption,
  hasOption,
} from "@bufbuild/protobuf";

/** Public keys stand in an Any, so that no signed message leads to their types. */
const KEYS = [
  "cosmos.crypto.ed25519.PubKey",
  "cosmos.crypto.secp256k1.PubKey",
  "cosmos.crypto.multisig.LegacyAminoPubKey",
];

/**
 * What the protos say about amino JSON, as the text of object literals: for the messages that
 * somebody signs and for what these are made of, because nothing else is ever written so.
 */
export class AminoOptions {
  readonly #signed = new Set<string>();
  readonly #options: {
    readonly name: DescExtension;
    readonly messageEncoding: DescExtension;
    readonly fieldName: DescExtension;
    readonly kept: DescExtension;
    readonly encoding: DescExtension;
    readonly scalar: DescExtension;
  };

  constructor(registry: FileRegistry) {
    const extension = (full: string): DescExtension => {
      const found = registry.getExtension(full);
      if (found === undefined) throw new Error(`the descriptor set lacks ${full}`);
      return found;
    };
    this.#options = {
      name: extension("amino.name"),
      messageEncoding: extension("amino.message_encoding"),
      fieldName: extension("amino.field_name"),
      kept: extension("amino.dont_omitempty"),
      encoding: extension("amino.encoding"),
      scalar: extension("cosmos_proto.scalar"),
    };
    const signer = extension("cosmos.msg.v1.signer");
    for (const type of registry) {
      if (type.kind !== "message") continue;
      if (KEYS.includes(type.typeName) || hasOption(type, signer)) this.#reach(type);
    }
  }

  /** Third argument of `defineMessage`; undefined where it would say nothing. */
  ofMessage(type: DescMessage): string | undefined {
    if (!this.#signed.has(type.typeName)) return undefined;
    return literal([
      ["name", this.#text(type, this.#options.name)],
      ["encoding", this.#text(type, this.#options.messageEncoding)],
    ]);
  }

  /** Property `amino` of a field; undefined where it would say nothing. */
  ofField(field: DescField): string | undefined {
    if (!this.#signed.has(field.parent.typeName)) return undefined;
    const kept = hasOption(field, this.#options.kept) && getOption(field, this.#options.kept);
    const isInt = this.#text(field, this.#options.scalar) === "cosmos.Int";
    return literal([
      ["name", this.#text(field, this.#options.fieldName)],
      ["kept", kept === true ? true : undefined],
      ["encoding", this.#text(field, this.#options.encoding) ?? (isInt ? "int" : undefined)],
    ]);
  }

  #text(of: DescMessage | DescField, option: DescExtension): string | undefined {
    return hasOption(of, option) ? String(getOption(of, option)) : undefined;
  }

  #reach(type: DescMessage): void {
    if (this.#signed.has(type.typeName)) return;
    this.#signed.add(type.typeName);
    for (const field of type.fields) {
      if (field.message !== undefined) this.#reach(field.message);
    }
  }
}

function literal(parts: ReadonlyArray<readonly [string, unknown]>): string | undefined {
  const said = parts.filter(([, value]) => value !== undefined);
  if (said.length === 0) return undefined;
  return `{ ${said.map(([name, value]) => `${name}: ${JSON.stringify(value)}`).join(", ")} }`;
}
