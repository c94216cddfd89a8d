import {
  AggregationKind,
  type Aggregation,
  DataType,
  type Dimension,
  type Field,
  type Manifest,
  type Seed,
  SeedKind,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { equalBytes, toHex } from "#core/primitives/bytes.js";
import { divFloor, parseUint } from "#core/primitives/intMath.js";
import { bucketText } from "../buckets.js";
import { dataTypeName } from "../dataTypes.js";
import type { CompiledAivmfile, ModelFile } from "./compiled.js";
import { formatAivmfile } from "./formatAivmfile.js";
import { epsilonText, SIZE_UNITS } from "./quantities.js";

/** What an Aivmfile is written from. */
export interface AivmfileContents extends Pick<CompiledAivmfile, "files" | "parents"> {
  readonly manifest: Manifest;
  /** Lines of a comment at the top, without `#`. */
  readonly heading?: readonly string[];
}

const UNES_PER_NES = 1_000_000n;

/**
 * The Aivmfile of a manifest and of its files, laid out tidily. Compiling it gives the manifest
 * again, digests apart, when its engines are this release's. Of a valid manifest.
 */
export function writeAivmfile({
  manifest,
  files,
  parents,
  heading = [],
}: AivmfileContents): string {
  const { limits, committee } = manifest;
  const { name, version } = manifest.modelEngine;
  const lines = [
    ...heading.map((line) => `# ${line}`.trimEnd()),
    `AIVM ${manifest.format}`,
    `NAME ${manifest.name}`,
    ...parents
      .filter((id) => !equalBytes(id, manifest.baseVersionId))
      .map((id) => `PARENT ${toHex(id)}`),
    `ENGINE ${name}/${version}`,
    ...files.models.map(modelText),
    ...(manifest.baseVersionId.length === 0 ? [] : [`BASE ${toHex(manifest.baseVersionId)}`]),
    `INFER ${files.inferenceCode}`,
    ...files.libraries.map(({ name: library, file }) => `LIBRARY ${library} ${file}`),
    ...files.data.map(({ name: data, file }) => `DATA ${data} ${file}`),
    `AGGREGATE ${aggregationText(manifest.aggregation, files.aggregationCode)}`,
    ...manifest.inputs.map((field) => `INPUT ${fieldText(field)}`),
    ...manifest.outputs.map((field) => `OUTPUT ${fieldText(field)}`),
    `SEED ${seedText(manifest.seed)}`,
    `LIMIT gas ${digitsText(limits.gas)} memory ${sizeText(limits.memoryBytes)} output ${sizeText(limits.outputBytes)}`,
    ...manifest.buckets.map(
      (bucket) => `BUCKET ${bucketText(manifest.inputs, bucket)} gas ${digitsText(bucket.gas)}`,
    ),
    `COMMITTEE ${committee.target} of ${rangeText(committee)}`,
    `HARDWARE ${manifest.hardware}`,
    ...files.testVectors.map((pattern) => `TEST ${pattern}`),
    `LICENSE ${manifest.license}`,
    `PRICE ${priceText(manifest.price)}`,
    ...(manifest.description === "" ? [] : [`DESCRIPTION ${manifest.description}`]),
  ];
  return formatAivmfile(lines.join("\n"));
}

/** A field as an Aivmfile writes it: `image uint8[1,64]`. */
export function fieldText(field: Field): string {
  const { name, dataType, shape, maxBytes, allowNonFinite } = field;
  const type = dataTypeName(dataType);
  const isOpaque = dataType === DataType.STRING || dataType === DataType.BYTES;
  const extents = shape.length === 0 ? "" : `[${shape.map(rangeText).join(",")}]`;
  const bounded = isOpaque ? `${type}<=${sizeText(maxBytes)}` : `${type}${extents}`;
  return `${name} ${bounded}${allowNonFinite ? " nonfinite" : ""}`;
}

function modelText({ name, file, adapter }: ModelFile): string {
  return `MODEL ${name} ${file}${adapter === undefined ? "" : ` adapter ${adapter}`}`;
}

function rangeText({ minimum, maximum }: Dimension | Manifest["committee"]): string {
  return minimum === maximum ? `${minimum}` : `${minimum}..${maximum}`;
}

function aggregationText({ kind, gasLimit, epsilonMillionths }: Aggregation, file = ""): string {
  if (kind === AggregationKind.CODE) return `code ${file} gas ${digitsText(gasLimit)}`;
  const isNear = kind === AggregationKind.DISTRIBUTION;
  return isNear ? `distribution ${epsilonText(epsilonMillionths)}` : "exact";
}

function seedText({ kind, fixed }: Seed): string {
  switch (kind) {
    case SeedKind.FIXED:
      return `fixed ${fixed}`;
    case SeedKind.BEACON:
      return "beacon";
    case SeedKind.MEMBER:
      return "member";
    default:
      return "none";
  }
}

/** In the largest unit that leaves a whole number. */
function sizeText(bytes: bigint): string {
  let text = `${bytes}B`;
  for (const [name, size] of SIZE_UNITS) {
    if (bytes > 0n && bytes % size === 0n) text = `${divFloor(bytes, size)}${name}`;
  }
  return text;
}

/** With an underscore between thousands. */
function digitsText(value: bigint): string {
  return `${value}`.replace(/\B(?=(?:[0-9]{3})+$)/g, "_");
}

function priceText(price: string): string {
  const unes = parseUint(price) ?? 0n;
  if (unes > 0n && unes % UNES_PER_NES === 0n) return `${divFloor(unes, UNES_PER_NES)}NES`;
  return `${unes}unes`;
}
