import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runCommand } from "#test/harness/clientCommand.js";
import { initKernel } from "./initCommand.js";
import { registerKernel } from "./register.js";

let root: string;
let file: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "aivm-fmt-"));
  initKernel(join(root, "tidy"));
  initKernel(join(root, "untidy"));
  file = join(root, "untidy", "Aivmfile");
  writeFileSync(file, readFileSync(file, "utf8").replace("NAME      untidy", "NAME untidy"));
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

const fmt = (...args: readonly string[]): ReturnType<typeof runCommand> =>
  runCommand([registerKernel], ["kernel", "fmt", ...args]);

describe("kernel fmt", () => {
  it("writes what is untidy anew and leaves the rest", async () => {
    const tidy = join(root, "tidy", "Aivmfile");
    const { code, stdout } = await fmt(join(root, "tidy"), file);
    expect(code).toBe(0);
    expect(stdout).toBe(`${tidy} is tidy\n${file} was written anew\n`);
    expect(readFileSync(file, "utf8")).toContain("\nNAME      untidy\n");
    expect((await fmt("--check", join(root, "untidy"))).code).toBe(0);
  });

  it("with --check writes nothing and ends with an error", async () => {
    const before = readFileSync(file, "utf8");
    const { code, stdout, stderr } = await fmt("--check", "-o", "json", join(root, "untidy"));
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual([{ file, changed: true }]);
    expect(JSON.parse(stderr)).toMatchObject({ error: { codespace: "author", code: 12 } });
    expect(readFileSync(file, "utf8")).toBe(before);
  });

  it("leaves every file as it is when one has a mistake", async () => {
    const before = readFileSync(file, "utf8");
    const wrong = join(root, "wrong");
    mkdirSync(wrong);
    writeFileSync(join(wrong, "Aivmfile"), "AIVM 1\nNAMES x\n");
    const { code, stderr } = await fmt(join(root, "untidy"), wrong);
    expect(code).toBe(1);
    const place = `kernel/11 ${join(wrong, "Aivmfile")}:2:1`;
    expect(stderr).toContain(`${place}: NAMES is not a directive; write NAME`);
    expect(readFileSync(file, "utf8")).toBe(before);
  });

  it("writes what a link leads to, a byte order mark away, and leaves no other file", async () => {
    const link = join(root, "link");
    symlinkSync(file, link);
    writeFileSync(file, `\ufeff${readFileSync(file, "utf8")}`);
    expect((await fmt(link)).stdout).toBe(`${link} was written anew\n`);
    expect(readFileSync(file, "utf8")).toMatch(/^# What[^]*\nNAME {6}untidy\n/);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readdirSync(join(root, "untidy"))).toEqual(readdirSync(join(root, "tidy")));
  });

  it("says when there is no Aivmfile", async () => {
    const { code, stderr } = await fmt(join(root, "absent"));
    expect(code).toBe(1);
    expect(stderr).toContain("absent: does not exist");
  });

  it("finds the sample kernels tidy", async () => {
    const kernels = ["digits", "iris", "shakespeare"].map((name) =>
      fileURLToPath(new URL(`../../../../kernels/${name}`, import.meta.url)),
    );
    const { stdout, stderr } = await fmt("--check", ...kernels);
    expect([stderr, stdout]).toEqual(["", expect.stringMatching(/^(.* is tidy\n){3}$/)]);
  });
});
