import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Adapter } from "#core/codec/generated/aivm/kernel/v1.js";
import { toHex } from "#core/primitives/bytes.js";
import { float32Data } from "#sandbox/onnx/encodeModel.js";
import { type CommandOutcome, runCommand } from "#test/harness/clientCommand.js";
import { FakeChainRpc } from "#test/harness/fakeChainRpc.js";
import { FakeRegistry } from "#test/harness/fakeRegistry.js";
import { runKernelCommand } from "#test/harness/kernelCommand.js";
import { publishFolder } from "#test/harness/publishedKernel.js";
import { buildSandboxChild } from "#test/harness/sandboxChild.js";
import { fakeTxContext } from "#test/harness/sdkClient.js";
import { initKernel } from "./initCommand.js";
import { withLocalSandbox } from "./localSandbox.js";
import { registerKernel } from "./register.js";
import { runTest } from "./testCommand.js";
import { versionIdOf } from "./versionOfFolder.js";

let fake: FakeChainRpc;
let root: string;
let base: string;
let folder: string;

/** y = x · w of the template sum with w + 2 · B · A in place of w. */
const DELTA = Adapter.encode({
  format: 1,
  deltas: [
    {
      tensor: "w",
      rank: 1,
      scale: float32Data([2]),
      a: float32Data([0.5]),
      b: float32Data([1, 2, 3, 4]),
    },
  ],
});

const INFER = `import type { Infer } from "aivm/sandbox/aivm";
import { twice } from "./twice.ts";
import { sum } from "lib:sums";

export const infer: Infer<{ x: Float32Array }> = async ({ x }, aivm) => {
  const { y } = await aivm.run("net", { x });
  const offset: number = sum(...aivm.data("offsets")) + aivm.text("words").length;
  return { y: Float32Array.of(twice(y!.data[0] as number) + offset) };
};
`;

function write(place: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(dirname(join(place, file)), { recursive: true });
    writeFileSync(join(place, file), content);
  }
}

beforeAll(async () => {
  fake = await FakeChainRpc.start();
  new FakeRegistry(fake);
  root = mkdtempSync(join(tmpdir(), "aivm-parts-"));
  base = join(root, "sums");
  initKernel(base);
  const { id } = await publishFolder(fakeTxContext(fake), base);
  folder = join(root, "better");
  initKernel(folder);
  const aivmfile = readFileSync(join(folder, "Aivmfile"), "utf8")
    .replace(/^MODEL.*$/m, `MODEL net model.onnx adapter delta.bin\nBASE ${toHex(id)}`)
    .replace(
      /^INFER.*$/m,
      "INFER infer.ts\nLIBRARY sums lib/sums.ts\nDATA offsets offsets.bin\nDATA words words.txt",
    );
  write(folder, {
    Aivmfile: aivmfile,
    "delta.bin": DELTA,
    "infer.ts": INFER,
    "twice.ts": "export const twice = (value: number): number => value * 2;\n",
    "lib/sums.ts":
      "export const sum = (...all: readonly number[]): number => all.reduce((a, b) => a + b);\n",
    "offsets.bin": Uint8Array.of(1, 2, 3),
    "words.txt": "fünf!",
    "vectors/all.json": '{"input": {"x": [1, 1, 1, 1]}, "expect": {"y": [51]}}',
    "vectors/one.json": '{"input": {"x": [1, 0, 0, 0]}, "expect": {"y": [15]}}',
  });
});

afterAll(async () => {
  await fake.close();
  rmSync(root, { recursive: true });
});

function kernel(...words: readonly string[]): Promise<CommandOutcome> {
  return runKernelCommand(fake, ...words);
}

describe("a kernel with an adapter, a library, data and TypeScript", () => {
  it("passes check and its vectors, with what the adapter makes of the model", async () => {
    const { code, stdout } = await runCommand([registerKernel], ["kernel", "check", folder]);
    expect(code).toBe(0);
    for (const row of [
      /^code +infer\.ts, [0-9]+ bytes as one module$/m,
      /^adapter net +delta\.bin, [0-9]+ bytes: w by rank 1$/m,
      /^library sums +lib\/sums\.ts, [0-9]+ bytes as one module$/m,
      /^data offsets +offsets\.bin, 3 bytes$/m,
    ]) {
      expect(stdout).toMatch(row);
    }
    const json = await runCommand([registerKernel], ["kernel", "check", folder, "-o", "json"]);
    expect(JSON.parse(json.stdout)).toMatchObject({
      adapters: [{ name: "net", file: "delta.bin", bytes: DELTA.length }],
      libraries: [{ name: "sums" }],
      data: [{ name: "offsets", bytes: 3 }, { name: "words" }],
    });
    const entry = await buildSandboxChild();
    const { results, report } = await withLocalSandbox(
      (sandbox) => runTest(sandbox, folder, () => undefined),
      { entry },
    );
    rmSync(entry);
    expect(results.map(({ problem }) => problem)).toEqual([undefined, undefined]);
    expect(report).toMatchObject({ accepted: true, reason: "" });
  });

  it("is published, inspected, pulled, and builds to the same version from what was pulled", async () => {
    const version = await publishFolder(fakeTxContext(fake), folder);
    const inspected = await kernel("inspect", "better");
    expect(inspected.stdout).toContain("MODEL     net  net.onnx adapter net.adapter\n");
    expect(inspected.stdout).toMatch(/^LIBRARY {3}sums {2}libraries\/sums.js$/m);
    expect(inspected.stdout).toMatch(/^DATA {6}offsets {2}data\/offsets$/m);
    for (const artifact of ["adapter net", "library sums", "data offsets", "data words"]) {
      expect(inspected.stdout).toMatch(new RegExp(`^${artifact} +[0-9]+ {2}[0-9a-f]{64}$`, "m"));
    }
    const out = join(root, "pulled");
    const pulled = await kernel("pull", "better", "--out", out, "-o", "json");
    expect(JSON.parse(pulled.stdout)).toMatchObject({ same: true, version_id: toHex(version.id) });
    expect(toHex(versionIdOf(out))).toBe(toHex(version.id));
    expect(new Uint8Array(readFileSync(join(out, "data/offsets")))).toEqual(Uint8Array.of(1, 2, 3));
    const compared = await kernel("diff", folder, "better");
    expect(compared.stdout).toBe("the two are the same\n");
  });

  it("differs from its base by its parts, each named", async () => {
    const { stdout } = await kernel("diff", base, folder, "-o", "json");
    const { fields, artifacts } = JSON.parse(stdout) as {
      readonly fields: ReadonlyArray<{ readonly field: string }>;
      readonly artifacts: ReadonlyArray<{ readonly artifact: string }>;
    };
    expect(artifacts.map(({ artifact }) => artifact)).toEqual([
      "infer.js",
      "adapter net",
      "library sums",
      "data offsets",
      "data words",
    ]);
    expect(fields.map(({ field }) => field)).toEqual(
      expect.arrayContaining(["name", "base_version_id", "libraries[0].name", "data[1].name"]),
    );
  });

  it("is forked with all of its parts", async () => {
    const out = join(root, "fork");
    expect(await kernel("fork", "better", out)).toMatchObject({ code: 0 });
    const text = readFileSync(join(out, "Aivmfile"), "utf8");
    expect(text).toMatch(/^PARENT {4}[0-9a-f]{64}$/m);
    expect(text).toMatch(/^BASE {6}[0-9a-f]{64}$/m);
    expect(new Uint8Array(readFileSync(join(out, "net.adapter")))).toEqual(DELTA);
  });
});

describe("kernel fork --adapter", () => {
  const fork = (version: string, name: string, adapter: string): Promise<CommandOutcome> =>
    kernel("fork", version, join(root, name), "--adapter", adapter);

  it("makes the folder of a version on that base, whose vectors have no answers yet", async () => {
    const file = join(root, "delta.bin");
    writeFileSync(file, DELTA);
    expect(await fork("sums", "adapted", `net=${file}`)).toMatchObject({
      code: 0,
      stderr: expect.any(String) as string,
    });
    const place = join(root, "adapted");
    expect(readFileSync(join(place, "Aivmfile"), "utf8")).toMatch(
      /^MODEL {5}net {2}net\.onnx adapter net\.adapter\nBASE {6}[0-9a-f]{64}$/m,
    );
    const vector = JSON.parse(readFileSync(join(place, "vectors/0001.json"), "utf8")) as object;
    expect(Object.keys(vector)).toEqual(["input"]);
    expect(await runCommand([registerKernel], ["kernel", "check", place])).toMatchObject({
      code: 0,
    });
  });

  it("refuses what cannot be, and makes nothing", async () => {
    const file = join(root, "delta.bin");
    writeFileSync(file, DELTA);
    writeFileSync(join(root, "none.bin"), "x");
    const cases: ReadonlyArray<readonly [string, string, number, string]> = [
      ["sums", "net", 2, "--adapter: must be MODEL=FILE: net"],
      ["sums", `other=${file}`, 2, "--adapter: sums has no model other, but net"],
      [
        "better",
        `net=${file}`,
        2,
        "model net has an adapter already, and they do not add up; fork its base, ",
      ],
      ["sums", `net=${join(root, "none.bin")}`, 1, "adapter of model net: it is no adapter file"],
      ["sums", `net=${join(root, "absent.bin")}`, 1, "does not exist"],
    ];
    for (const [version, adapter, code, problem] of cases) {
      const outcome = await fork(version, "nothing", adapter);
      expect([outcome.code, outcome.stderr]).toEqual([code, expect.stringContaining(problem)]);
      expect(existsSync(join(root, "nothing"))).toBe(false);
    }
  });
});

describe("what is wrong with such a kernel", () => {
  const broken: ReadonlyArray<readonly [string, Record<string, string | Uint8Array>, string]> = [
    [
      "an adapter that is none",
      { "delta.bin": "x" },
      "author/16 delta.bin: adapter of model net: it is no adapter file",
    ],
    [
      "an adapter of another tensor",
      {
        "delta.bin": Adapter.encode({
          format: 1,
          deltas: [
            {
              tensor: "v",
              rank: 1,
              scale: float32Data([1]),
              a: float32Data([1]),
              b: float32Data([1]),
            },
          ],
        }),
      },
      "author/16 delta.bin: adapter of model net: tensor v is not a constant of the model",
    ],
    [
      "data that do not fit the memory",
      { "words.txt": "x".repeat(33_554_433) },
      "kernel/13 Aivmfile:",
    ],
    [
      "a library that is too large",
      { "lib/sums.ts": `export const sum = () => "${"x".repeat(1_048_576)}";` },
      "library sums has 10",
    ],
    [
      "a module of Node",
      { "twice.ts": 'import "node:fs";\nexport const twice = Number;' },
      "author/18 twice.ts:1:8: node:fs cannot be imported",
    ],
  ];

  it.each(broken)("is said by check: %s", async (_, files, problem) => {
    const place = mkdtempSync(join(root, "broken-"));
    const source = [
      "Aivmfile",
      "delta.bin",
      "infer.ts",
      "twice.ts",
      "lib/sums.ts",
      "offsets.bin",
      "words.txt",
      "model.onnx",
      "vectors/all.json",
    ];
    write(
      place,
      Object.fromEntries(
        source.map((file) => [file, new Uint8Array(readFileSync(join(folder, file)))]),
      ),
    );
    write(place, files);
    const { code, stderr } = await runCommand([registerKernel], ["kernel", "check", place]);
    expect([code, stderr]).toEqual([1, expect.stringContaining(problem)]);
  });
});
