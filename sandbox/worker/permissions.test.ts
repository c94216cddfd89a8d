import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findNativePackage } from "../onnx/nativePackage.js";
import { childArguments } from "./permissions.js";

let folder: string;
let script: string;
const native = findNativePackage().found?.folders ?? [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "aivm-permissions-"));
  script = join(folder, "probe.cjs");
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** What a script prints under the arguments of a sandbox process, or the code of its error. */
function under(nativeFolders: readonly string[] | undefined, work: string): string {
  writeFileSync(
    script,
    `try { ${work}; process.stdout.write("done") } catch (e) { process.stdout.write(e.code ?? e.message) }`,
  );
  const version = process.versions.node;
  const args = childArguments({ artifactFolder: folder, version, nativeFolders });
  return spawnSync(process.execPath, [...args, script], { env: {}, encoding: "utf8" }).stdout;
}

const LOADS_NATIVE = `require(${JSON.stringify(native[0])})`;

describe("what a sandbox process may do", () => {
  it("is to load native code only in a process for the native engine", () => {
    expect(native).toHaveLength(2);
    expect(under(native, LOADS_NATIVE)).toBe("done");
    // The others may not even read it, nor load what they could read.
    expect(under(undefined, LOADS_NATIVE)).not.toBe("done");
    const dlopen = `process.dlopen({ exports: {} }, ${JSON.stringify(join(folder, "any.node"))})`;
    expect(under(undefined, dlopen)).toBe("ERR_DLOPEN_DISABLED");
  });

  it.each([
    ["writing", `require("node:fs").writeFileSync(${JSON.stringify("/tmp/aivm-written")}, "x")`],
    ["reading elsewhere", `require("node:fs").readFileSync("/etc/hostname")`],
    ["starting programs", `require("node:child_process").execFileSync("/bin/true")`],
    ["threads", `new (require("node:worker_threads").Worker)("", { eval: true })`],
  ])("is not %s, in neither kind", (_what, work) => {
    for (const folders of [undefined, native]) {
      expect(under(folders, work)).toBe("ERR_ACCESS_DENIED");
    }
  });
});
