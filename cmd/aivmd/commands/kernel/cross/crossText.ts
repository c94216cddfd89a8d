import { ReceiptStatusNames } from "#core/codec/generated/aivm/inference/v1.js";
import { toHex } from "#core/primitives/bytes.js";
import { shortName } from "#core/codec/shortName.js";
import type { Terminal } from "../../../terminal/terminal.js";
import type { CrossResult } from "./crossTest.js";
import { TIERS } from "./tiers.js";

const DIGEST_SHOWN = 12;

/**
 * A row for each vector: gas and output under the first tier, and whether the others give the same.
 */
export function crossText(terminal: Terminal, results: readonly CrossResult[]): string {
  const { green, red } = terminal.style;
  const [, ...others] = TIERS;
  return terminal.table(
    [
      { title: "vector" },
      { title: "gas", align: "right" },
      { title: "output" },
      ...others.map(({ name }) => ({ title: name })),
    ],
    results.map(({ file, receipts, differences }) => {
      const [first] = receipts;
      const output = toHex(first?.outputDigest ?? new Uint8Array(0)).slice(0, DIGEST_SHOWN);
      const same = differences
        .slice(1)
        .map((found) => (found === "" ? green("equal") : red(found)));
      return [file, String(first?.gasUsed ?? ""), output, ...same];
    }),
  );
}

/** The same for programs, with every receipt. */
export function crossJson(results: readonly CrossResult[]): object[] {
  return results.map(({ file, receipts, differences }) => ({
    file,
    equal: differences.every((found) => found === ""),
    tiers: Object.fromEntries(
      receipts.map(({ status, gasUsed, outputDigest }, index) => [
        TIERS[index]?.name ?? "",
        {
          status: shortName(ReceiptStatusNames, status),
          gas_used: gasUsed,
          output_digest: toHex(outputDigest),
        },
      ]),
    ),
  }));
}
