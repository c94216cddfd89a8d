import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findNativePackage } from "./nativePackage.js";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aivm-package-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function install(name: string, facts: object): void {
  const path = join(folder, "node_modules", name);
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, "package.json"), JSON.stringify({ name, main: "index.js", ...facts }));
  writeFileSync(join(path, "index.js"), "");
}

const find = (): ReturnType<typeof findNativePackage> =>
  findNativePackage(pathToFileURL(join(folder, "program.js")).href);

const reason = (): string => {
  const finding = find();
  return finding.found === undefined ? finding.reason : "found";
};

describe("the native engine's package", () => {
  it("is told to be absent where it was not installed", () => {
    expect(reason()).toMatch(/^onnxruntime-node is not installed: Cannot find module/);
    expect(reason()).not.toContain("\n");
  });

  it("must be of the engine's version", () => {
    install("onnxruntime-node", { version: "1.29.0" });
    expect(reason()).toBe("onnxruntime-node 1.29.0 is installed, not 1.30.0");
  });

  it("is found with the package that it requires", () => {
    install("onnxruntime-node", { version: "1.30.0" });
    expect(reason()).toMatch(
      /^onnxruntime-node is not installed: Cannot find module 'onnxruntime-common/,
    );
    install("onnxruntime-common", { version: "1.30.0" });
    const names = ["onnxruntime-node", "onnxruntime-common"];
    expect(find().found?.folders).toEqual(names.map((name) => join(folder, "node_modules", name)));
  });
});
