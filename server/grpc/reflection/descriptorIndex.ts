import { gunzipSync } from "node:zlib";
import { DESCRIPTOR_SET_GZIP_BASE64 } from "#core/codec/generated/descriptors.js";
import { WireReader } from "#core/codec/wire/reader.js";
import { fromBase64 } from "#core/primitives/bytes.js";
import { assertDefined } from "#core/primitives/assert.js";

/** One proto file as reflection clients get it. */
export interface ProtoFile {
  readonly name: string;
  readonly dependencies: readonly string[];
  /** Encoded google.protobuf.FileDescriptorProto. */
  readonly bytes: Uint8Array;
}

/** The proto files that the program was generated from, by name and by what they declare. */
export class DescriptorIndex {
  readonly #files = new Map<string, ProtoFile>();
  readonly #symbols = new Map<string, ProtoFile>();

  /** Reads an encoded google.protobuf.FileDescriptorSet. */
  constructor(set: Uint8Array) {
    for (const bytes of valuesOf(set, 1)) this.#add(bytes);
  }

  /** A file by its name, for example `cosmos/bank/v1beta1/query.proto`. */
  file(name: string): ProtoFile | undefined {
    return this.#files.get(name);
  }

  /** The file that declares a message, an enum, a service or a method, by its full name. */
  fileOf(symbol: string): ProtoFile | undefined {
    return this.#symbols.get(symbol);
  }

  /**
   * A file and everything that it imports, so that a client needs no second call: itself first, and
   * each before what it imports.
   */
  closure(file: ProtoFile): readonly ProtoFile[] {
    const importedFirst = new Set<ProtoFile>();
    const visit = (one: ProtoFile): void => {
      for (const name of one.dependencies) {
        const imported = this.#files.get(name);
        if (imported !== undefined && !importedFirst.has(imported)) visit(imported);
      }
      importedFirst.add(one);
    };
    visit(file);
    return [...importedFirst].toReversed();
  }

  #add(bytes: Uint8Array): void {
    const fields = fieldsOf(bytes);
    const name = textOf(fields, FILE.name);
    const dependencies = (fields.get(FILE.dependency) ?? []).map(text);
    const file = { name, dependencies, bytes };
    this.#files.set(name, file);
    const symbols: string[] = [];
    const scope = textOf(fields, FILE.package);
    for (const one of fields.get(FILE.message) ?? []) collectMessage(one, scope, symbols);
    for (const one of fields.get(FILE.enum) ?? []) symbols.push(nameWithin(scope, one));
    for (const one of fields.get(FILE.extension) ?? []) symbols.push(nameWithin(scope, one));
    for (const one of fields.get(FILE.service) ?? []) collectService(one, scope, symbols);
    for (const symbol of symbols) this.#symbols.set(symbol, file);
  }
}

/** The index of everything that this program serves. */
export function servedDescriptors(): DescriptorIndex {
  const gzip = assertDefined(fromBase64(DESCRIPTOR_SET_GZIP_BASE64), "the descriptors are base64");
  return new DescriptorIndex(new Uint8Array(gunzipSync(gzip)));
}

/** Field numbers of google/protobuf/descriptor.proto. */
const FILE = { name: 1, package: 2, dependency: 3, message: 4, enum: 5, service: 6, extension: 7 };
const MESSAGE = { nested: 3, enum: 4, extension: 6 };
const SERVICE = { method: 2 };
/** Of everything that has a name. */
const NAME = 1;

type Fields = ReadonlyMap<number, readonly Uint8Array[]>;

function collectMessage(bytes: Uint8Array, scope: string, symbols: string[]): void {
  const own = nameWithin(scope, bytes);
  symbols.push(own);
  const fields = fieldsOf(bytes);
  for (const one of fields.get(MESSAGE.nested) ?? []) collectMessage(one, own, symbols);
  for (const one of fields.get(MESSAGE.enum) ?? []) symbols.push(nameWithin(own, one));
  for (const one of fields.get(MESSAGE.extension) ?? []) symbols.push(nameWithin(own, one));
}

function collectService(bytes: Uint8Array, scope: string, symbols: string[]): void {
  const own = nameWithin(scope, bytes);
  symbols.push(own);
  for (const one of valuesOf(bytes, SERVICE.method)) symbols.push(nameWithin(own, one));
}

function nameWithin(scope: string, bytes: Uint8Array): string {
  const own = textOf(fieldsOf(bytes), NAME);
  return scope === "" ? own : `${scope}.${own}`;
}

function textOf(fields: Fields, number: number): string {
  const [first] = fields.get(number) ?? [];
  return first === undefined ? "" : text(first);
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("utf8");
}

function valuesOf(bytes: Uint8Array, number: number): readonly Uint8Array[] {
  return fieldsOf(bytes).get(number) ?? [];
}

/** Length-delimited fields of a message by number; the others are skipped. */
function fieldsOf(bytes: Uint8Array): Fields {
  const fields = new Map<number, Uint8Array[]>();
  const reader = new WireReader(bytes);
  while (reader.position < reader.end) {
    const tag = reader.uint32("descriptor");
    if ((tag & 7) === 2) {
      const number = tag >>> 3;
      const values = fields.get(number) ?? [];
      values.push(reader.bytes("descriptor"));
      fields.set(number, values);
    } else {
      reader.uint64("descriptor");
    }
  }
  return fields;
}
