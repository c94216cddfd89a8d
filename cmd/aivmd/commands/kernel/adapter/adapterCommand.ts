import { writeFileSync } from "node:fs";
import { basename } from "node:path";
import type { Command } from "commander";
import { Adapter } from "#core/codec/generated/aivm/kernel/v1.js";
import { sha256 } from "#core/crypto/hash.js";
import { toHex } from "#core/primitives/bytes.js";
import { applyAdapter } from "#sandbox/onnx/adapter.js";
import { ModelRefusal } from "#sandbox/onnx/errors.js";
import { type OnnxModel, parseModel } from "#sandbox/onnx/model.js";
import { wrongUse } from "../../../errors.js";
import { addExamples } from "../../../flags.js";
import type { CommandIo } from "../../../io.js";
import { runs, type Session } from "../../../session.js";
import { adapterRefused, modelRefused } from "../errors.js";
import { readBytes } from "../kernelSource.js";
import { type AdapterOptions, makeAdapter } from "./makeAdapter.js";
import { readSafetensors } from "./readSafetensors.js";

interface AdapterFlags {
  readonly out: string;
  readonly scale?: string;
  readonly alpha?: string;
  readonly map: readonly string[];
  readonly transposed: readonly string[];
}

/** Adds `kernel adapter`. */
export function addAdapter(kernel: Command, io: CommandIo): void {
  const collect = (value: string, all: readonly string[]): readonly string[] => [...all, value];
  const command = kernel
    .command("adapter")
    .argument("<model>", "the ONNX file that is adapted")
    .argument("<factors>", "safetensors file of pairs NAME.lora_A (r × n) and NAME.lora_B (m × r)")
    .requiredOption("--out <file>", "adapter to write")
    .summary("make the adapter of a model from trained factors")
    .description(
      "Makes the file that `MODEL name file adapter FILE` of an Aivmfile names: weights become W + scale · B · A when the model is loaded. NAME is a constant of the model, or one without its .weight; factors of a tensor that the model has transposed are transposed.",
    )
    .option("--scale <number>", "what the product is multiplied by (default: 1)")
    .option("--alpha <number>", "the scale is this number divided by the rank")
    .option(
      "--map <name=constant>",
      "the constant that a name stands for; may be repeated",
      collect,
      [],
    )
    .option(
      "--transposed <name>",
      "a square tensor that the model has transposed; may be repeated",
      collect,
      [],
    );
  addExamples(
    command,
    "aivmd kernel adapter model.onnx factors.safetensors --out delta.adapter",
    "aivmd kernel adapter model.onnx factors.safetensors --alpha 16 --map fc1=/fc1/MatMul.weight --out delta.adapter",
  );
  runs<AdapterFlags>(command, io, (session, flags, [model = "", factors = ""]) => {
    writeAdapter(session, flags, { model, factors });
  });
}

function writeAdapter(
  { terminal }: Session,
  flags: AdapterFlags,
  paths: { readonly model: string; readonly factors: string },
): void {
  const options = optionsOf(flags);
  const file = readBytes("", paths.model);
  const model = readModel(paths.model, file);
  const tensors = readSafetensors(paths.factors, readBytes("", paths.factors));
  const adapter = makeAdapter(paths.factors, tensors, { model, options });
  const bytes = Adapter.encode(adapter);
  requireFit(model, bytes, paths);
  writeFileSync(flags.out, bytes);
  const tensorFacts = adapter.deltas.map(({ tensor, rank }) => ({ tensor, rank }));
  const digest = toHex(sha256(bytes));
  terminal.show(
    { adapter: flags.out, bytes: bytes.length, sha256: digest, tensors: tensorFacts },
    () =>
      terminal.pairs([
        ["adapter", `${flags.out}, ${bytes.length} bytes`],
        ["sha256", digest],
        ...tensorFacts.map(({ tensor, rank }) => [tensor, `rank ${rank}`] as const),
        ["next", `MODEL name ${basename(paths.model)} adapter ${basename(flags.out)}`],
      ]),
  );
}

function readModel(path: string, file: Uint8Array): OnnxModel {
  try {
    return parseModel(file);
  } catch (error) {
    if (!(error instanceof ModelRefusal)) throw error;
    throw modelRefused({ model: basename(path), file: path, problem: error.message });
  }
}

/** Adds it once, as validators do, so that nothing is written that they would refuse. */
function requireFit(
  model: OnnxModel,
  adapter: Uint8Array,
  { model: path, factors }: { readonly model: string; readonly factors: string },
): void {
  try {
    applyAdapter(model, adapter, basename(path));
  } catch (error) {
    if (!(error instanceof ModelRefusal)) throw error;
    throw adapterRefused({ file: factors, problem: error.message });
  }
}

function optionsOf({ scale, alpha, map, transposed }: AdapterFlags): AdapterOptions {
  if (scale !== undefined && alpha !== undefined) {
    throw wrongUse({ problem: "--scale and --alpha exclude each other" });
  }
  const factor = scale === undefined ? undefined : numberOf("--scale", scale);
  const divided = alpha === undefined ? undefined : numberOf("--alpha", alpha);
  return {
    scaleOf: (rank) => factor ?? (divided === undefined ? 1 : divided / rank),
    names: new Map(map.map(pairOf)),
    transposed: new Set(transposed),
  };
}

function numberOf(flag: string, text: string): number {
  const number = Number(text);
  if (text.trim() !== "" && Number.isFinite(Math.fround(number))) return number;
  throw wrongUse({ problem: `${flag}: not a number: ${text}` });
}

function pairOf(text: string): readonly [string, string] {
  const at = text.indexOf("=");
  if (at > 0 && at < text.length - 1) return [text.slice(0, at), text.slice(at + 1)];
  throw wrongUse({ problem: `--map: must be NAME=CONSTANT: ${text}` });
}
