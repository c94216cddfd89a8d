/**
 * Generates `core/codec/generated` from `proto/` and the proto sources inside the Go modules that
 * define the Cosmos surfaces: `make proto`. Needs Go for the module download; nothing else does.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { renderDescriptors } from "./renderDescriptors.js";
import { readTree } from "../tidy/tree.js";
import { renderMethodDocs } from "./renderMethodDocs.js";
import { renderPackages } from "./renderPackages.js";
import { digestSources, RECORDED_DIGEST } from "./sourceDigest.js";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const out = join(root, "core/codec/generated");

/** Proto roots within Go modules; versions are those of COMPATIBILITY.md. */
const MODULES = [
  { module: "github.com/cosmos/cosmos-sdk@v0.50.14", path: "proto" },
  { module: "github.com/cosmos/cosmos-proto@v1.0.0-beta.5", path: "proto" },
  { module: "github.com/cosmos/gogoproto@v1.7.0", path: ".", only: "gogoproto/gogo.proto" },
  {
    module: "github.com/grpc-ecosystem/grpc-gateway@v1.16.0",
    path: "third_party/googleapis",
    only: "google/api",
  },
];

/** Folders of `proto/`. */
const OWN = ["aivm", "grpc"];

/** What is generated besides `aivm.*` and what that imports: packages some door of the node serves. */
const SERVED = [
  "cosmos/auth/v1beta1",
  "cosmos/bank/v1beta1",
  "cosmos/base/abci/v1beta1",
  "cosmos/base/node/v1beta1",
  "cosmos/base/query/v1beta1",
  "cosmos/base/reflection/v1beta1",
  "cosmos/base/tendermint/v1beta1",
  "cosmos/base/v1beta1",
  "cosmos/crypto/ed25519",
  "cosmos/crypto/multisig",
  "cosmos/crypto/secp256k1",
  "cosmos/distribution/v1beta1",
  "cosmos/slashing/v1beta1",
  "cosmos/staking/v1beta1",
  "cosmos/tx",
];

function run(command: string, args: readonly string[], cwd: string): string {
  return execFileSync(command, args, { cwd, encoding: "utf8", maxBuffer: 64 << 20 });
}

function moduleDirectory(module: string): string {
  const answer: unknown = JSON.parse(run("go", ["mod", "download", "-json", module], tmpdir()));
  if (typeof answer !== "object" || answer === null || !("Dir" in answer)) {
    throw new Error(`go mod download ${module} gave no directory`);
  }
  return String(answer.Dir);
}

function assemble(work: string): void {
  for (const source of MODULES) {
    const from = join(moduleDirectory(source.module), source.path);
    const part = source.only ?? ".";
    cpSync(join(from, part), join(work, "third_party", part), { recursive: true });
  }
  run("chmod", ["-R", "u+w", join(work, "third_party")], work);
  for (const file of ["buf.yaml", "buf.lock", "buf.gen.gogo.yaml", "buf.gen.pulsar.yaml"]) {
    rmSync(join(work, "third_party", file), { force: true });
  }
  for (const own of OWN) {
    cpSync(join(root, "proto", own), join(work, "proto", own), { recursive: true });
  }
  writeFileSync(
    join(work, "buf.yaml"),
    "version: v2\nmodules:\n  - path: proto\n  - path: third_party\n",
  );
}

function buildDescriptors(work: string, name: string, extra: readonly string[]): Uint8Array {
  const served = SERVED.flatMap((path) => ["--path", `third_party/${path}`]);
  const buf = join(root, "node_modules/.bin/buf");
  const own = OWN.flatMap((path) => ["--path", `proto/${path}`]);
  run(buf, ["build", ...own, ...served, ...extra, "-o", name], work);
  return readFileSync(join(work, name));
}

/** Checks our own protos, here where the imported ones are; fails with what buf finds. */
function lint(work: string): void {
  const config = readFileSync(join(root, "proto/buf.yaml"), "utf8");
  const modules = ["  - path: proto", "  - path: third_party"].join("\n");
  writeFileSync(join(work, "buf.yaml"), config.replace("  - path: .", modules));
  const buf = join(root, "node_modules/.bin/buf");
  const { status, stdout } = spawnSync(buf, ["lint", "--path", "proto/aivm"], {
    cwd: work,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`buf lint:\n${stdout}`);
}

const work = mkdtempSync(join(tmpdir(), "aivm-codegen-"));
try {
  assemble(work);
  const documented = buildDescriptors(work, "documented.binpb", []);
  const bare = buildDescriptors(work, "bare.binpb", ["--exclude-source-info"]);
  lint(work);
  rmSync(out, { recursive: true, force: true });
  for (const file of renderPackages(documented)) {
    const path = join(out, file.path);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, file.text);
  }
  writeFileSync(join(out, "descriptors.ts"), renderDescriptors(bare));
  writeFileSync(join(out, "methodDocs.ts"), renderMethodDocs(documented));
  const tree = readTree(root);
  const digest = digestSources(tree.paths, (path) => tree.text(path));
  writeFileSync(join(root, RECORDED_DIGEST), `${digest}\n`);
} finally {
  rmSync(work, { recursive: true, force: true });
}
