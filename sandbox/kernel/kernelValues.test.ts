import { describe, expect, it } from "vitest";
import { ReceiptStatus } from "#core/codec/generated/aivm/inference/v1.js";
import { DataType, Manifest } from "#core/codec/generated/aivm/kernel/v1.js";
import { encodeOutput } from "./kernelValues.js";

const PAIR = [{ minimum: 2n, maximum: 2n }];

/** A realm is not to be trusted: what it gives back may have any length. */
describe("an output whose bytes are no whole numbers", () => {
  const types = [DataType.FLOAT32, DataType.FLOAT64, DataType.INT32, DataType.BOOL] as const;
  const bytes = Array.from({ length: 24 }, (_, length) => length);

  it.each(types)("is a wrong output and never an error of the host, for data type %i", (type) => {
    const field = { name: "y", dataType: type, shape: PAIR, maxBytes: 0n, allowNonFinite: true };
    const { limits } = Manifest.create({ limits: { gas: 1n, memoryBytes: 1n, outputBytes: 99n } });
    const sizes = { [DataType.FLOAT64]: 16, [DataType.BOOL]: 2 } as Partial<
      Record<DataType, number>
    >;
    for (const length of bytes.filter((one) => one !== (sizes[type] ?? 8))) {
      const data = new Uint8Array(length).fill(0xff);
      const found = encodeOutput({ outputs: [field], limits }, [{ dims: [2n], data }]);
      expect(found, `${length} bytes`).toMatchObject({ status: ReceiptStatus.BAD_OUTPUT });
    }
  });
});
