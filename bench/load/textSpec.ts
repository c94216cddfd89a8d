import { DataType } from "#core/codec/generated/aivm/kernel/v1.js";
import { utf8 } from "#core/primitives/bytes.js";
import type { RealmSpec } from "#sandbox/quickjs/realm.js";

const MEMORY_BYTES = 64 * 1_024 * 1_024;
const GAS_LIMIT = 1n << 50n;

/** A realm for `infer` code that takes nothing and gives one text, with limits that are not met. */
export function textSpec(code: string): RealmSpec {
  return {
    code: utf8(code),
    memoryBytes: MEMORY_BYTES,
    gasLimit: GAS_LIMIT,
    config: {
      entry: "infer",
      inputs: [],
      outputs: [{ name: "text", type: DataType.STRING, shape: [] }],
      models: [],
    },
  };
}
