import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { assemblePackage } from "./assemble.js";

const MODULES = join(process.cwd(), "node_modules");

interface PackageJson {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly engines: object;
  readonly version: string;
}

function readManifest(path: string | URL): PackageJson {
  return JSON.parse(readFileSync(path, "utf8")) as PackageJson;
}

/** An application that has the package installed, and nothing else of this project. */
let app: string;

beforeAll(() => {
  app = mkdtempSync(join(tmpdir(), "aivm-sdk-"));
  const modules = join(app, "node_modules");
  const home = join(modules, "@aivm/sdk");
  mkdirSync(home, { recursive: true });
  assemblePackage(home);
  for (const name of ["@noble", "@scure", "secp256k1", "@types", "undici-types"]) {
    symlinkSync(join(MODULES, name), join(modules, name));
  }
  writeFileSync(join(app, "package.json"), '{ "type": "module" }');
});

afterAll(() => {
  rmSync(app, { recursive: true });
});

/** Type checks a source with a project's usual settings; fails with what the compiler says. */
function typecheck(source: string): void {
  writeFileSync(join(app, "app.ts"), source);
  const compilerOptions = {
    target: "es2023",
    lib: ["es2023"],
    module: "nodenext",
    strict: true,
    noEmit: true,
    types: ["node"],
  };
  const config = { compilerOptions, files: ["app.ts"] };
  writeFileSync(join(app, "tsconfig.json"), JSON.stringify(config));
  const compiler = join(MODULES, "typescript/bin/tsc");
  execFileSync(process.execPath, [compiler, "-p", app], { stdio: "inherit" });
}

/**
 * What a browser loads, and its gzipped bytes; by the settings of a bundler that splits code. Files
 * in `without` are left out.
 */
async function bundle(
  source: string,
  without: readonly string[] = [],
): Promise<{ bytes: number; text: string }> {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: app, loader: "ts" },
    bundle: true,
    write: false,
    format: "esm",
    platform: "browser",
    minify: true,
    splitting: true,
    outdir: "/",
    external: [...without],
    logLevel: "silent",
  });
  const bytes = outputFiles.reduce((sum, { contents }) => sum + gzipSync(contents).length, 0);
  return { bytes, text: outputFiles.map((file) => file.text).join("\n") };
}

/** What gives each part away in a minified bundle. */
const PARTS: ReadonlyMap<string, string> = new Map([
  ["keys", "mnemonic"],
  ["verifier", "ics23"],
  ["socket", "NewBlockHeader"],
  ["publishing", "bytesTotal"],
  ["inference", "/aivm.inference.v1.Query/Quote"],
]);

function partsOf(text: string): string[] {
  return [...PARTS].filter(([, sign]) => text.includes(sign)).map(([part]) => part);
}

describe("in Node, the package", () => {
  test("runs", () => {
    const script = `
      import { AivmClient, signerFromMnemonic } from "@aivm/sdk";
      import { VersionStatus } from "@aivm/sdk/proto/aivm/kernel/v1";
      const signer = signerFromMnemonic("zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo wrong");
      console.log(signer.address, VersionStatus.ACTIVE, typeof AivmClient.connect);
    `;
    writeFileSync(join(app, "app.js"), script);
    const output = execFileSync(process.execPath, ["app.js"], { cwd: app, encoding: "utf8" });
    expect(output).toMatch(/^nesa1[0-9a-z]{38} 2 function\n$/);
  });

  test("has types: the examples of the README compile", () => {
    const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
    const examples = [...readme.matchAll(/^```ts\n(.*?)^```/gms)].map(([, code = ""]) => code);
    expect(examples.length).toBeGreaterThan(2);
    expect(() => {
      typecheck(examples.join("\n"));
    }).not.toThrow();
  });
});

describe("in a browser, the package", () => {
  test("takes less than 80 kB for the client, light client included", async () => {
    const { bytes, text } = await bundle(
      `export { AivmClient, signerFromMnemonic } from "@aivm/sdk";`,
    );
    process.stdout.write(`client ${bytes} bytes gzipped\n`);
    expect(bytes).toBeLessThan(80_000);
    expect(text).not.toMatch(/\b(?:Buffer|process)\.|\brequire\(|["']node:/);
  });

  test("takes far less than 150 kB for the client without the verifier", async () => {
    const names = "AivmClient, signerFromMnemonic";
    const verifier = ["./light/proverFromGenesis.js"];
    const { bytes, text } = await bundle(`export { ${names} } from "@aivm/sdk";`, verifier);
    process.stdout.write(`client without verifier ${bytes} bytes gzipped\n`);
    expect(bytes).toBeLessThan(75_000);
    expect(partsOf(text)).toEqual(["keys", "socket", "publishing", "inference"]);
  });

  test.each<readonly [string, number, readonly string[]]>([
    ["balance, httpTransport", 10_000, []],
    ["streamEvents, httpTransport", 12_000, ["socket"]],
    ["encodeInput, decodeOutput, fieldType", 12_000, []],
    ["signerFromMnemonic", 45_000, ["keys"]],
    ["inferTyped, openKernel, kernelSchema", 40_000, ["inference"]],
    ["AivmClient", 70_000, ["verifier", "socket", "publishing", "inference"]],
  ])("leaves of %s less than %d bytes, with the parts it needs", async (names, most, parts) => {
    const { bytes, text } = await bundle(`export { ${names} } from "@aivm/sdk";`);
    process.stdout.write(`${names} ${bytes} bytes gzipped\n`);
    expect(bytes).toBeLessThan(most);
    expect(partsOf(text)).toEqual(parts);
  });

  test("bundles as a whole", async () => {
    const { bytes } = await bundle(`export * from "@aivm/sdk";`);
    process.stdout.write(`everything ${bytes} bytes gzipped\n`);
    expect(bytes).toBeLessThan(100_000);
  });
});

test("the manifest has the project's version, engines and exact dependencies", () => {
  const own = readManifest(new URL("./package.json", import.meta.url));
  const root = readManifest("package.json");
  const versions = Object.keys(own.dependencies).map((name) => [name, root.dependencies[name]]);
  expect(own.dependencies).toEqual(Object.fromEntries(versions));
  expect(own.engines).toEqual(root.engines);
  expect(own.version).toBe(root.version);
});
