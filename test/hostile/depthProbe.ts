import { Receipt } from "#core/codec/generated/aivm/inference/v1.js";
import { DataType, Manifest } from "#core/codec/generated/aivm/kernel/v1.js";
import { toHex, utf8 } from "#core/primitives/bytes.js";
import { CodeAggregator } from "#sandbox/quickjs/aggregator.js";
import { RECURSION } from "./recursion.js";

const GAS_LIMIT = 300_000_000n;
const MEMORY_BYTES = 33_554_432n;

/**
 * Runs every recursion as aggregation code in the main thread of this process, as a node does, and
 * prints a line for each: the receipt in hex, or the fault that would have stopped the node.
 */
function main(): void {
  const aggregator = new CodeAggregator();
  const outputs = [
    { name: "text", dataType: DataType.STRING, shape: [], maxBytes: 100n, allowNonFinite: false },
  ];
  const limits = { gas: 1n, memoryBytes: MEMORY_BYTES, outputBytes: 100n };
  const manifest = Manifest.create({ outputs, limits });
  for (const [, body] of RECURSION) {
    const code = utf8(
      `export async function aggregate() { ${body}; return { output: { text: "through" } }; }`,
    );
    process.stdout.write(
      `${line(aggregator, { code, manifest, outputs: [], gasLimit: GAS_LIMIT })}\n`,
    );
  }
}

function line(
  aggregator: CodeAggregator,
  call: Parameters<CodeAggregator["aggregate"]>[0],
): string {
  try {
    const { receipt } = aggregator.aggregate(call).execution;
    return `${receipt.status} ${toHex(Receipt.encode(receipt))}`;
  } catch (error) {
    return `fault ${error instanceof Error ? error.message : String(error)}`;
  }
}

main();
