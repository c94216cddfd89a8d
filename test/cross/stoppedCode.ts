import { Receipt } from "#core/codec/generated/aivm/inference/v1.js";
import { DataType, Manifest } from "#core/codec/generated/aivm/kernel/v1.js";
import { sha256 } from "#core/crypto/hash.js";
import { toHex, utf8 } from "#core/primitives/bytes.js";
import { CodeAggregator } from "#sandbox/quickjs/aggregator.js";
import { ENDLESS_CODE, someRounds } from "../hostile/builtins.js";
import { RECURSION } from "../hostile/recursion.js";

const GAS_LIMIT = 100_000_000n;
const OUTPUTS = [
  { name: "text", dataType: DataType.STRING, shape: [], maxBytes: 100n, allowNonFinite: false },
];
const LIMITS = { gas: 1n, memoryBytes: 33_554_432n, outputBytes: 100n };

/**
 * Digests in hex of the receipts of recursion and of loops over all built-ins, by name: code that
 * the meter stops, or that ends by itself, with the gas that it used. Runs as aggregation code
 * does, in the thread that also replays blocks.
 */
export function stoppedCodeDigests(): Map<string, string> {
  const aggregator = new CodeAggregator();
  const manifest = Manifest.create({ outputs: OUTPUTS, limits: LIMITS });
  const digests = new Map<string, string>();
  for (const [name, body] of bodies()) {
    const code = utf8(
      `export async function aggregate() { ${body}; return { output: { text: "through" } }; }`,
    );
    const call = { code, manifest, outputs: [], gasLimit: GAS_LIMIT };
    const { receipt } = aggregator.aggregate(call).execution;
    digests.set(name, toHex(sha256(Receipt.encode(receipt))));
  }
  return digests;
}

function bodies(): Array<readonly [name: string, body: string]> {
  return [
    ...RECURSION.map(([name, body]) => [`recursion: ${name}`, body] as const),
    ...ENDLESS_CODE.map((code) => [`${code.family}: ${code.name}`, someRounds(code)] as const),
  ];
}
