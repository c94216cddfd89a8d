import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Receipt, ReceiptStatus } from "#core/codec/generated/aivm/inference/v1.js";
import { runCommand } from "#test/harness/clientCommand.js";
import { bundleWithoutRun } from "#test/harness/publishedKernel.js";
import { buildSandboxChild } from "#test/harness/sandboxChild.js";
import { Terminal } from "../../../terminal/terminal.js";
import { writeBundle } from "../bundleFolder.js";
import { initKernel } from "../initCommand.js";
import { registerKernel } from "../register.js";
import { crossTest, differenceOf } from "./crossTest.js";
import { crossJson, crossText } from "./crossText.js";
import { TIERS } from "./tiers.js";

let entry: string;
let root: string;

beforeAll(async () => {
  entry = await buildSandboxChild();
  root = mkdtempSync(join(tmpdir(), "aivm-cross-"));
});

afterAll(() => {
  rmSync(entry);
  rmSync(root, { recursive: true });
});

const { OK, OUT_OF_GAS } = ReceiptStatus;
const receipt = (change: Partial<Receipt> = {}): Receipt =>
  Receipt.create({ status: OK, gasUsed: 5n, outputDigest: new Uint8Array(32).fill(1), ...change });

describe("comparing V8's compilers", () => {
  it("finds every tier equal on a kernel's vectors, of a folder and of its bundle", async () => {
    const folder = join(root, "sums");
    initKernel(folder);
    // Floats that a compiler could round otherwise, and a run that the meter stops.
    writeFileSync(
      join(folder, "infer.js"),
      readFileSync(join(folder, "infer.js"), "utf8").replace(
        "return { y: y.data };",
        "if (x[0] === 9) for (;;); return { y: y.data.map((v) => Math.fround(Math.sin(v) * Math.exp(v / 3))) };",
      ),
    );
    writeFileSync(join(folder, "vectors/loop.json"), '{"input": {"x": [9, 0, 0, 0]}}');
    const told: number[] = [];
    const onTier = (done: number): void => {
      told.push(done);
    };
    const results = await crossTest(folder, { onTier, entry });
    expect(told).toEqual(TIERS.map((_, index) => index + 1));
    expect(results.map(({ file }) => file)).toContain("vectors/loop.json");
    for (const { receipts, differences } of results) {
      expect(receipts).toHaveLength(TIERS.length);
      expect(differences).toEqual(TIERS.map(() => ""));
    }
    expect(results.map(({ receipts }) => receipts[0]!.status).sort()).toEqual([OK, OK, OUT_OF_GAS]);
    const bundle = join(root, "bundle");
    writeBundle(bundle, { ...bundleWithoutRun(folder), parents: [] });
    const ofBundle = await crossTest(bundle, { tiers: TIERS.slice(0, 2), entry });
    expect(ofBundle.map(({ receipts }) => receipts[0])).toEqual(
      expect.arrayContaining(results.map(({ receipts }) => receipts[0])),
    );
  }, 300_000);

  it("names what is other than under the first tier", () => {
    expect(differenceOf(receipt(), receipt())).toBe("");
    expect(differenceOf(receipt(), receipt({ gasUsed: 6n }))).toBe("gas 6");
    const other = receipt({ status: OUT_OF_GAS, outputDigest: new Uint8Array(0) });
    expect(differenceOf(receipt(), other)).toBe("OUT_OF_GAS, output …");
  });

  it("shows a row for each vector, and whether all agree to programs", () => {
    const stream = { write: () => true };
    const colours = { stdout: false, stderr: false };
    const terminal = new Terminal({ stdout: stream, stderr: stream, output: "text", colours });
    const receipts = TIERS.map((_, index) => receipt(index === 2 ? { gasUsed: 6n } : {}));
    const differences = receipts.map((one) => differenceOf(receipts[0]!, one));
    const results = [{ file: "vectors/a.json", receipts, differences }];
    expect(crossText(terminal, results)).toMatch(
      /vectors\/a\.json +5 +010101010101 +equal +gas 6 +equal +equal/,
    );
    expect(crossJson(results)).toMatchObject([
      {
        file: "vectors/a.json",
        equal: false,
        tiers: { optimised: { gas_used: 6n, status: "OK" } },
      },
    ]);
  });

  it("is for the engine of validators alone", async () => {
    const words = ["kernel", "test", root, "--cross", "--engine", "native"];
    const { code, stderr } = await runCommand([registerKernel], words);
    expect([code, stderr]).toEqual([2, expect.stringContaining("leave --engine out")]);
  });
});
