import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
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

/** What a browser loads, gzipped: at first, and when it verifies; by a bundler's usual settings. */
async function bundle(source: string): Promise<{ first: number; verifier: number; text: string }> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: source, resolveDir: app, loader: "ts" },
    bundle: true,
    write: false,
    format: "esm",
    platform: "browser",
    minify: true,
    splitting: true,
    metafile: true,
    outdir: "/",
    logLevel: "silent",
  });
  const lazy = Object.entries(metafile.outputs)
    .filter(([, { entryPoint }]) => entryPoint?.endsWith("proverFromGenesis.js"))
    .map(([path]) => basename(path));
  const sizeOf = (isLazy: boolean): number =>
    outputFiles
      .filter(({ path }) => lazy.includes(basename(path)) === isLazy)
      .reduce((sum, { contents }) => sum + gzipSync(contents).length, 0);
  const text = outputFiles.map((file) => file.text).join("\n");
  return { first: sizeOf(false), verifier: sizeOf(true), text };
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
  test("takes less than 150 kB for the client, and more only when it verifies", async () => {
    const { first, verifier, text } = await bundle(
      `export { AivmClient, signerFromMnemonic } from "@aivm/sdk";`,
    );
    process.stdout.write(`client ${first} bytes gzipped, verifier ${verifier} more\n`);
    expect(first).toBeLessThan(150_000);
    expect(verifier).toBeGreaterThan(5_000);
    expect(verifier).toBeLessThan(30_000);
    expect(text).not.toMatch(/\b(?:Buffer|process)\.|\brequire\(|["']node:/);
  });

  test("brings only what an action needs", async () => {
    const { first, verifier } = await bundle(`export { balance, httpTransport } from "@aivm/sdk";`);
    process.stdout.write(`one query ${first} bytes gzipped\n`);
    expect(first).toBeLessThan(10_000);
    expect(verifier).toBe(0);
  });

  test("bundles as a whole", async () => {
    const { first } = await bundle(`export * from "@aivm/sdk";`);
    process.stdout.write(`everything ${first} bytes gzipped\n`);
    expect(first).toBeLessThan(150_000);
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
