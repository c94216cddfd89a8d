import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { type NodeProgram, THIS_NODE } from "#sandbox/worker/sandboxProcess.js";
import { GROUPS, type Group } from "./answers.js";
import { debianPackage, nodeProgram, NotToBeHad } from "./packages.js";

const run = promisify(execFile);

/** A machine, real or emulated, with what V8 is told to do on it. */
export interface Target {
  /** What `--only` selects by, and how tables name it. */
  readonly name: string;
  readonly groups: readonly Group[];
  /** Flags of Node. */
  readonly flags: readonly string[];
  /** Processors of this kind must be refused by the node, in these words. */
  readonly refusal?: string;
  /** What starts Node there. Throws {@link NotToBeHad} with what is missing. */
  readonly obtain: () => Promise<Program>;
}

/** What starts Node there. */
export interface Program extends NodeProgram {
  /** The emulator with its version; empty where the processor is real. */
  readonly emulator: string;
}

/** V8 without what x86-64 learned after SSE4.1. */
const OLDER_X86 = "sse4-2 avx avx2 fma3 bmi1 bmi2 lzcnt popcnt"
  .split(" ")
  .map((feature) => `--no-enable-${feature}`);
/** V8's first compiler for WebAssembly alone, which optimises nothing. */
const BASELINE = ["--liftoff-only"];
/** Its optimising compiler alone. */
const OPTIMISING = ["--no-liftoff"];
/**
 * Shows whether the processor multiplies and adds in one; Node 20 needs the flag, later ones not.
 */
const RELAXED = "--experimental-wasm-relaxed-simd";

const EMULATOR_PACKAGE = "qemu-user-static";
const ARM_LIBRARIES = ["libc6-arm64-cross", "libstdc++6-arm64-cross", "libgcc-s1-arm64-cross"];

/** Other releases of Node whose V8 the vectors are run on. */
const OTHER_NODES = ["22.23.3", "24.22.3"];

function native(name: string, ...flags: readonly string[]): Target {
  const program = { ...THIS_NODE, emulator: "" };
  return {
    name,
    groups: GROUPS,
    flags: [RELAXED, ...flags],
    obtain: () => Promise.resolve(program),
  };
}

function otherNode(version: string): Target {
  const obtain = async (): Promise<Program> => {
    const path = await nodeProgram(process.arch, version);
    await run(path, ["--version"]);
    return { command: [path], version, emulator: "" };
  };
  return { name: `Node ${version}`, groups: GROUPS, flags: [], obtain };
}

function emulatedX86(cpu: string, name: string, ...flags: readonly string[]): Target {
  const obtain = async (): Promise<Program> => {
    if (process.arch !== "x64") throw new NotToBeHad("run it on an x86-64 machine");
    return emulate("x86_64", ["-cpu", cpu, process.execPath]);
  };
  return { name, groups: GROUPS, flags: [RELAXED, ...flags], obtain };
}

function emulatedArm(name: string, ...flags: readonly string[]): Target {
  const obtain = async (): Promise<Program> => {
    const node = await nodeProgram("arm64", process.versions.node);
    return emulate("aarch64", [
      "-cpu",
      "cortex-a72",
      "-E",
      `LD_LIBRARY_PATH=${await armLibraries()}`,
      "-L",
      await armRoot(),
      node,
    ]);
  };
  return { name, groups: GROUPS, flags: [RELAXED, ...flags], obtain };
}

/** Folder in which the emulated loader finds itself. */
async function armRoot(): Promise<string> {
  const [libc = ""] = ARM_LIBRARIES;
  return join(await debianPackage(libc), "usr", "aarch64-linux-gnu");
}

async function armLibraries(): Promise<string> {
  const folders: string[] = [];
  for (const name of ARM_LIBRARIES) {
    folders.push(join(await debianPackage(name), "usr", "aarch64-linux-gnu", "lib"));
  }
  return folders.join(":");
}

/** The emulator on the path, or the packaged one, for a Node of this one's version. */
async function emulate(architecture: string, args: readonly string[]): Promise<Program> {
  const installed = await versionOf(`qemu-${architecture}`);
  if (installed !== undefined) {
    return { ...THIS_NODE, command: [`qemu-${architecture}`, ...args], emulator: installed };
  }
  const folder = await debianPackage(EMULATOR_PACKAGE);
  const path = join(folder, "usr", "bin", `qemu-${architecture}-static`);
  const packaged = await versionOf(path);
  if (packaged === undefined)
    throw new NotToBeHad(`install the Debian package ${EMULATOR_PACKAGE}`);
  return { ...THIS_NODE, command: [path, ...args], emulator: packaged };
}

async function versionOf(program: string): Promise<string | undefined> {
  try {
    const { stdout } = await run(program, ["--version"]);
    return `QEMU ${/version (\S+)/.exec(stdout)?.[1] ?? "of unknown version"}`;
  } catch {
    return undefined;
  }
}

/** The CPU that is not new enough: before SSE4.1. It still replays blocks, so it runs code. */
const TOO_OLD: Target = {
  ...emulatedX86("Conroe", "x86-64 of 2006 (Conroe)"),
  groups: ["stopped code"],
  refusal: "SSE4.1",
};

/** Everything that `make test-cross` runs: processors, then compilers, then other releases. */
export const TARGETS: readonly Target[] = [
  native("this CPU"),
  emulatedX86("Nehalem", "x86-64 of 2008 (Nehalem)"),
  emulatedX86("Haswell", "x86-64 of 2013 (Haswell)"),
  emulatedArm("aarch64 (Cortex-A72)"),
  TOO_OLD,
  native("this CPU, WebAssembly baseline only", ...BASELINE),
  native("this CPU, WebAssembly optimised only", ...OPTIMISING),
  native("this CPU, JavaScript interpreted", "--no-opt", "--no-sparkplug", "--no-maglev"),
  native("this CPU, JavaScript optimised at once", "--always-turbofan"),
  ...(process.arch === "x64" ? [native("this CPU without AVX and FMA", ...OLDER_X86)] : []),
  ...OTHER_NODES.map(otherNode),
];

/**
 * Other processors with one compiler alone; without, V8 begins with the one and ends with the
 * other.
 */
export const COMBINED: readonly Target[] = [
  emulatedX86("Nehalem", "x86-64 of 2008, WebAssembly optimised only", ...OPTIMISING),
  emulatedX86("Haswell", "x86-64 of 2013, WebAssembly optimised only", ...OPTIMISING),
  emulatedArm("aarch64, WebAssembly baseline only", ...BASELINE),
  emulatedArm("aarch64, WebAssembly optimised only", ...OPTIMISING),
];
