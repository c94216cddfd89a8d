import { describe, expect, it } from "vitest";
import { ReceiptStatus } from "#core/codec/generated/aivm/inference/v1.js";
import { constantRandom, newRealm } from "#test/harness/sandboxRealm.js";
import { ENDLESS_CODE } from "#test/hostile/builtins.js";

/** Worth 100 ms of ordinary work on the reference machine. */
const GAS_LIMIT = 1_000_000_000n;
/** Of the processor, not of the clock: other processes do not count. */
const MAX_STOP_MS = 1_000;

describe("an endless loop of built-ins", () => {
  it.each(ENDLESS_CODE)(
    "is stopped at its gas limit, well within a second: $family, $name",
    (code) => {
      const realm = newRealm(`export async function infer() { ${code.body} }`, {
        gasLimit: GAS_LIMIT,
        memoryBytes: 128 * 1_024 * 1_024,
      });
      const before = process.cpuUsage();
      const event = realm.start([[]], constantRandom);
      const { user, system } = process.cpuUsage(before);
      expect(event).toMatchObject({
        kind: "failed",
        failure: { status: ReceiptStatus.OUT_OF_GAS },
      });
      expect(realm.gasUsed).toBe(GAS_LIMIT);
      expect((user + system) / 1_000).toBeLessThan(MAX_STOP_MS);
    },
  );
});
