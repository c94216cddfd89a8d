import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type CommandOutcome, runCommand } from "#test/harness/clientCommand.js";
import { initKernel } from "../initCommand.js";
import { registerKernel } from "../register.js";

let root: string;
let base: string;
let ours: string;
let theirs: string;
let out: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "aivm-merge-"));
  [base, ours, theirs, out] = ["sums", "ours", "theirs", "out"].map((name) => join(root, name)) as [
    string,
    string,
    string,
    string,
  ];
  initKernel(base);
  cpSync(base, ours, { recursive: true });
  cpSync(base, theirs, { recursive: true });
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

const read = (folder: string, file: string): string => readFileSync(join(folder, file), "utf8");
const edit = (folder: string, file: string, from: string, to: string): void => {
  expect(read(folder, file)).toContain(from);
  writeFileSync(join(folder, file), read(folder, file).replace(from, to));
};
const merge = (...flags: readonly string[]): Promise<CommandOutcome> =>
  runCommand([registerKernel], ["kernel", "merge", base, ours, theirs, "--out", out, ...flags]);

describe("kernel merge", () => {
  it("brings changes of files, directives beside each other and lines together", async () => {
    edit(ours, "Aivmfile", "LICENSE   Apache-2.0", "LICENSE   MIT  # as ours is");
    edit(theirs, "Aivmfile", "PRICE     0.001NES", "PRICE 0.002NES\nPARENT " + "ab".repeat(32));
    edit(theirs, "Aivmfile", "OUTPUT    y  float32[1]", "OUTPUT y float32[1]\nOUTPUT z float32[1]");
    edit(ours, "Aivmfile", "INFER     infer.js", "INFER infer.js\nLIBRARY a a.js\nDATA a a.txt");
    edit(theirs, "Aivmfile", "INFER     infer.js", "INFER infer.js\nLIBRARY b b.js\nDATA b b.txt");
    for (const [folder, name] of [
      [ours, "a"],
      [theirs, "b"],
    ] as const) {
      writeFileSync(join(folder, `${name}.js`), "export {};\n");
      writeFileSync(join(folder, `${name}.txt`), name);
    }
    edit(ours, "infer.js", "Runs the model once.", "Runs it once.");
    edit(theirs, "infer.js", "y: y.data", "y: y.data, z: y.data");
    writeFileSync(join(ours, "vectors/two.json"), '{"input": {"x": [0, 0, 0, 2]}}');
    rmSync(join(theirs, "vectors/one.json"));
    const { code, stderr } = await merge();
    expect([code, stderr]).toEqual([0, ""]);
    const text = read(out, "Aivmfile");
    expect(text).toContain("OUTPUT    z  float32[1]\nSEED");
    expect(text).toContain(`LICENSE   MIT  # as ours is\nPRICE     0.002NES\n`);
    expect(text).toContain(`PARENT    ${"ab".repeat(32)}\n`);
    for (const name of ["a", "b"]) {
      expect(text).toMatch(new RegExp(`^LIBRARY +${name} +${name}.js$`, "m"));
      expect(text).toMatch(new RegExp(`^DATA +${name} +${name}.txt$`, "m"));
    }
    expect(read(out, "infer.js")).toContain("Runs it once.");
    expect(read(out, "infer.js")).toContain("z: y.data");
    expect(existsSync(join(out, "vectors/one.json"))).toBe(false);
    expect(existsSync(join(out, "vectors/two.json"))).toBe(true);
  });

  it("keeps the order of values and the blanks of a text that theirs has", async () => {
    edit(ours, "Aivmfile", "0.001NES", "0.002NES");
    edit(
      theirs,
      "Aivmfile",
      "OUTPUT    y  float32[1]",
      "OUTPUT a bool\nOUTPUT y float32[1]\nOUTPUT b bool",
    );
    edit(theirs, "Aivmfile", "Adds four", "Adds  four");
    expect(await merge()).toMatchObject({ code: 0, stderr: "" });
    const text = read(out, "Aivmfile");
    expect(text).toContain("OUTPUT    a  bool\nOUTPUT    y  float32[1]\nOUTPUT    b  bool\n");
    expect(text).toContain("DESCRIPTION Adds  four");
    expect(text).toContain("0.002NES");
  });

  it("refuses what it cannot bring over: links, and folders with them", async () => {
    symlinkSync("README.md", join(ours, "LINK.md"));
    const { code, stderr } = await merge();
    expect([code, stderr]).toEqual([1, expect.stringContaining("LINK.md: is neither a file nor")]);
    expect(existsSync(out)).toBe(false);
  });

  it("names every conflict, writes nothing and ends with an error", async () => {
    edit(ours, "Aivmfile", "0.001NES", "0.002NES");
    edit(theirs, "Aivmfile", "0.001NES", "0.003NES");
    edit(ours, "infer.js", "y: y.data", "y: y.data.slice()");
    edit(theirs, "infer.js", "y: y.data", "y");
    writeFileSync(join(ours, "model.onnx"), readFileSync(join(base, "model.onnx")).fill(7, 9, 10));
    rmSync(join(theirs, "vectors/one.json"));
    edit(ours, "vectors/one.json", "1", "2");
    writeFileSync(
      join(theirs, "model.onnx"),
      readFileSync(join(base, "model.onnx")).fill(8, 9, 10),
    );
    const { code, stdout, stderr } = await merge("-o", "json");
    expect(code).toBe(1);
    expect((JSON.parse(stdout) as { conflicts: string[] }).conflicts).toEqual([
      "Aivmfile: PRICE is changed on both sides",
      "infer.js:7: changed on both sides",
      "model.onnx: changed on both sides, and not a text",
      "vectors/one.json: changed on one side, deleted on the other",
    ]);
    expect(stderr).toContain('"code": 13');
    expect(readdirSync(root).sort()).toEqual(["ours", "sums", "theirs"]);
  });

  it("says when the two are no kernel together, and leaves nothing behind", async () => {
    edit(ours, "Aivmfile", "SEED      none", "SEED      none\nINPUT     w  float32[1]");
    const { code, stdout } = await merge();
    expect([code, stdout]).toEqual([1, expect.stringContaining("together they are no kernel")]);
    expect(readdirSync(root).sort()).toEqual(["ours", "sums", "theirs"]);
  });

  it("fills an empty folder, and leaves neighbours of any name", async () => {
    mkdirSync(out);
    mkdirSync(`${out}.new`);
    const { ino } = statSync(out);
    expect((await merge()).code).toBe(0);
    expect(readdirSync(out).sort()).toEqual(readdirSync(base).sort());
    expect([statSync(out).ino, existsSync(`${out}.new`)]).toEqual([ino, true]);
  });

  it("does not go where something is, and takes kernels alone", async () => {
    const before = read(ours, "Aivmfile");
    out = ours;
    expect((await merge()).stderr).toContain("author/10");
    expect(read(ours, "Aivmfile")).toBe(before);
    out = join(root, "out");
    edit(theirs, "Aivmfile", "SEED ", "SEEDS ");
    const place = `kernel/11 ${join(theirs, "Aivmfile")}:10:1: SEEDS is not`;
    expect((await merge()).stderr).toContain(place);
    theirs = join(root, "absent");
    expect((await merge()).stderr).toContain("absent/Aivmfile: does not exist");
  });
});
