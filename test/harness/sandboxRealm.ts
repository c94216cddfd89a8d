import { DataType } from "#core/codec/generated/aivm/kernel/v1.js";
import { fromUtf8, toHex, utf8 } from "#core/primitives/bytes.js";
import { loadQuickJs } from "#sandbox/quickjs/binary.js";
import { Realm, type RealmConfig, type RealmEvent } from "#sandbox/quickjs/realm.js";
import type { WasmModule } from "#sandbox/quickjs/webAssembly.js";

let loaded: WasmModule | undefined;

/** The code engine, loaded once for each test file. */
export function codeEngine(): WasmModule {
  loaded ??= loadQuickJs();
  return loaded;
}

const TEXT_OUTPUT = { name: "text", type: DataType.STRING, shape: [] };

/** A realm for `infer` code that gives one text. */
export function newRealm(
  code: string,
  options: {
    readonly config?: Partial<RealmConfig>;
    readonly gasLimit?: bigint;
    readonly memoryBytes?: number;
    /** Sources of modules by their names. */
    readonly libraries?: Readonly<Record<string, string>>;
    readonly data?: Readonly<Record<string, Uint8Array>>;
  } = {},
): Realm {
  const { config, gasLimit = 1_000_000_000n, memoryBytes = 33_554_432 } = options;
  const { libraries = {}, data = {} } = options;
  return new Realm(codeEngine(), {
    code: utf8(code),
    libraries: Object.entries(libraries).map(([name, text]) => ({ name, bytes: utf8(text) })),
    data: Object.entries(data).map(([name, bytes]) => ({ name, bytes })),
    memoryBytes,
    gasLimit,
    config: { entry: "infer", inputs: [], outputs: [TEXT_OUTPUT], models: [], ...config },
  });
}

/** Random source of nothing but one byte. */
export function constantRandom(): Uint8Array {
  return new Uint8Array(32).fill(0x5a);
}

/** One run of the realm without inputs, as a text that holds all that a receipt depends on. */
export function runText(realm: Realm): string {
  return `${describeEvent(realm.start([[]], constantRandom))} gas ${realm.gasUsed}`;
}

/** What a realm came to: status or outputs. */
export function describeEvent(event: RealmEvent): string {
  if (event.kind === "failed") return `status ${event.failure.status}: ${event.failure.detail}`;
  const tensors = event.kind === "run" ? event.tensors : event.outputs;
  const parts = tensors.map(
    ({ dims, data }) => `[${dims.join()}] ${fromUtf8(data) ?? toHex(data)}`,
  );
  return `${event.kind} ${parts.join(" ")}`;
}
