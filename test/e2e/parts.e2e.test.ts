import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sha256 } from "#core/crypto/hash.js";
import { toHex } from "#core/primitives/bytes.js";
import type { AivmClient } from "#sdk/client.js";
import type { PlainValues } from "#sdk/inference/ask.js";
import { findArtifact } from "#sdk/kernel/findArtifact.js";
import { buildKernel } from "#testnet/kernelBundle.js";
import { showLogsOnFailure, TestNetwork } from "./network.js";

const SIDE = 8;

let network: TestNetwork;
let client: AivmClient;
let root: string;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "aivm-parts-"));
  network = await TestNetwork.start({ validators: 2 });
  client = await network.connect(0, { witnessRpc: network.node(1).url });
}, 180_000);

afterAll(async () => {
  await network.close();
  rmSync(root, { recursive: true });
}, 60_000);

showLogsOnFailure(() => network);

function sample(name: string): string {
  return fileURLToPath(new URL(`../../kernels/${name}`, import.meta.url));
}

/** A copy of a sample kernel's folder, to be changed. */
function copyOf(name: string): string {
  const folder = join(root, `my-${name}`);
  cpSync(sample(name), folder, { recursive: true });
  return folder;
}

function edit(folder: string, file: string, change: (text: string) => string): void {
  const path = join(folder, file);
  const text = readFileSync(path, "utf8");
  expect(change(text)).not.toBe(text);
  writeFileSync(path, change(text));
}

/** A digit of the samples, turned by a quarter to the left. */
function turned(digit: number): { readonly image: number[] } {
  const path = join(sample("digits"), `samples/digit-${digit}.json`);
  const { image } = JSON.parse(readFileSync(path, "utf8")) as { image: number[] };
  return {
    image: image.map((_, place) => {
      const [y, x] = [Math.floor(place / SIDE), place % SIDE];
      return image[x * SIDE + (SIDE - 1 - y)]!;
    }),
  };
}

const TURNED_CODE = `import type { Infer } from "aivm/sandbox/aivm";
import { scaled } from "lib:pixels";

export const infer: Infer<{ image: Uint8Array }> = async ({ image }, aivm) => {
  const { largest } = JSON.parse(aivm.text("settings")) as { largest: number };
  const { probs } = await aivm.run("net", { image: { dims: [1, 64], data: scaled(image, largest) } });
  const label = BigInt64Array.of(BigInt(aivm.argmax(probs!.data)));
  return { label, probs: probs!.data };
};
`;

describe("what a version is made of, on two real validators", () => {
  test("a version shares its base's model and adds an adapter, a library, data and TypeScript", async () => {
    const { version: base } = await client.publishKernel(await buildKernel(sample("digits")));
    const folder = copyOf("digits");
    cpSync(join(sample("digits"), "turned/turned.adapter"), join(folder, "turned.adapter"));
    writeFileSync(join(folder, "infer.ts"), TURNED_CODE);
    writeFileSync(
      join(folder, "pixels.js"),
      "export const scaled = (image, largest) => Float32Array.from(image, (value) => value / largest);\n",
    );
    writeFileSync(join(folder, "settings.json"), '{ "largest": 16 }');
    edit(folder, "Aivmfile", (text) =>
      text
        .replace(/^NAME.*$/m, "NAME digits-turned")
        .replace(
          /^MODEL.*$/m,
          `MODEL net model.onnx adapter turned.adapter\nBASE ${toHex(base.id)}`,
        )
        .replace(
          /^INFER.*$/m,
          "INFER infer.ts\nLIBRARY pixels pixels.js\nDATA settings settings.json",
        )
        .replace(/^TEST.*$/m, "TEST turned-*.json"),
    );
    for (const digit of [2, 3, 7]) {
      const vector = { input: turned(digit), expect: { label: [digit] } };
      writeFileSync(join(folder, `turned-${digit}.json`), JSON.stringify(vector));
    }
    const bundle = await buildKernel(folder);
    const { version } = await client.publishKernel(bundle, { parents: [base.id] });
    expect(version.parents).toEqual([base.id]);
    const model = readFileSync(join(sample("digits"), "model.onnx"));
    const artifact = await findArtifact(client.rpc, { digest: sha256(model) });
    expect(artifact?.references).toBe(2n);

    let right = 0;
    for (const digit of [0, 4, 5]) {
      const answer = await client.infer("digits-turned", turned(digit));
      expect(answer.proof.verified).toBe(true);
      if (Number((answer.output?.["label"] as string[])[0]) === digit) right++;
    }
    expect(right).toBeGreaterThanOrEqual(2);
  });

  test("aggregation code imports a library, in the block itself", async () => {
    const folder = copyOf("iris");
    edit(folder, "aggregate.js", (text) => `import { mark } from "lib:marks";\n${text}\nmark();\n`);
    writeFileSync(join(folder, "marks.js"), "export const mark = () => undefined;\n");
    edit(folder, "Aivmfile", (text) =>
      text.replace(/^INFER.*$/m, "INFER infer.js\nLIBRARY marks marks.js"),
    );
    await client.publishKernel(await buildKernel(folder));
    const path = join(sample("iris"), "samples/setosa.json");
    const input = JSON.parse(readFileSync(path, "utf8")) as PlainValues;
    const answer = await client.infer("iris", input);
    expect(answer.output?.["label"]).toEqual(["0"]);
    expect(answer.proof.verified).toBe(true);
  });
});
