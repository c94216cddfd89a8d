import { type Execution, ReceiptStatus } from "#core/codec/generated/aivm/inference/v1.js";
import type { Request } from "#core/codec/generated/aivm/inference/v1.js";
import { DataType, type Field, Manifest, SeedKind } from "#core/codec/generated/aivm/kernel/v1.js";
import { domainHash, sha256 } from "#core/crypto/hash.js";
import { toHex, uint64ToBytes, utf8 } from "#core/primitives/bytes.js";
import { computeVersionId } from "#modules/kernel/types/versionId.js";
import { testManifest } from "#test/harness/testKernel.js";

/**
 * How a kernel answers on an honest machine: `exact` the same everywhere, `brittle` the same with
 * failures among it, `flaky` not the same (no real kernel can; it stands for a broken runtime),
 * `code` by aggregation code, `near` nearly the same everywhere, now and then farther apart.
 */
export type KernelNature = "exact" | "brittle" | "flaky" | "code" | "near";

/** A kernel that is ACTIVE from the first block. */
export interface SimKernel {
  readonly manifest: Manifest;
  readonly nature: KernelNature;
  /** Hex of the version id. */
  readonly version: string;
}

const SEATS = { target: 3, minimum: 1, maximum: 16 } as const;
const GAS = 400_000n;
/** Bytes of a number of an output in millionths. */
const PROBABILITY_BYTES = 4;

/** Fields of the kernel whose inputs can be wrong in every way. */
const TYPED_INPUTS: readonly Field[] = [
  field("image", DataType.FLOAT32, 4n),
  { ...field("note", DataType.STRING, 0n), shape: [], maxBytes: 16n },
  field("flag", DataType.BOOL, 2n),
];

/** Small images cost less, whatever the note. */
const TYPED: Manifest = {
  ...testManifest({ name: "typed", gas: GAS }),
  inputs: [...TYPED_INPUTS],
  buckets: [
    { extents: [1n, 16n, 2n], gas: GAS / 4n },
    { extents: [2n, 16n, 2n], gas: GAS / 2n },
  ],
};

/** Every kernel of the genesis file; the last needs more seats than there ever are providers. */
export const SIM_KERNELS: readonly SimKernel[] = [
  kernel(testManifest({ name: "echo", gas: GAS, committee: SEATS }), "exact"),
  kernel(testManifest({ name: "steady", gas: GAS, seed: SeedKind.FIXED, price: 0n }), "exact"),
  kernel(testManifest({ name: "brittle", gas: GAS, seed: SeedKind.NONE }), "brittle"),
  kernel(testManifest({ name: "flaky", gas: GAS, committee: SEATS }), "flaky"),
  kernel(testManifest({ name: "heavy", gas: 3n * GAS, committee: SEATS }), "exact"),
  kernel(testManifest({ name: "ballot", gas: GAS, byCode: true }), "code"),
  kernel(testManifest({ name: "ensemble", gas: GAS, byCode: true, seed: SeedKind.MEMBER }), "code"),
  kernel(testManifest({ name: "nearby", gas: GAS, epsilon: 4n, committee: SEATS }), "near"),
  kernel(TYPED, "exact"),
  kernel(
    testManifest({
      name: "crowd",
      gas: GAS,
      committee: { target: 60, minimum: 60, maximum: 90 },
    }),
    "exact",
  ),
];

function kernel(manifest: Manifest, nature: KernelNature): SimKernel {
  const id = computeVersionId(manifest.name, sha256(Manifest.encode(manifest)), []);
  return { manifest, nature, version: toHex(id) };
}

function field(name: string, dataType: DataType, extent: bigint): Field {
  const shape = [{ minimum: 1n, maximum: extent }];
  return { name, dataType, shape, maxBytes: 0n, allowNonFinite: false };
}

/** The kernel behind a version of the genesis file; `exact` for versions published later. */
export function natureOf(versionId: Uint8Array): KernelNature {
  const hex = toHex(versionId);
  return SIM_KERNELS.find(({ version }) => version === hex)?.nature ?? "exact";
}

/** Kernel failures that every machine reaches alike. */
const FAILURES = [
  ReceiptStatus.OUT_OF_GAS,
  ReceiptStatus.OUT_OF_MEMORY,
  ReceiptStatus.STACK_OVERFLOW,
  ReceiptStatus.EXCEPTION,
  ReceiptStatus.BAD_OUTPUT,
  ReceiptStatus.OUTPUT_TOO_LARGE,
  ReceiptStatus.MODEL_ERROR,
] as const;

/** What the machine called `name`, which is honest, makes of the scripted model's answer. */
export function answerHonestly(name: string, scripted: Execution, request: Request): Execution {
  switch (natureOf(request.versionId)) {
    case "brittle":
      return failSometimes(scripted);
    case "flaky":
      return waver(name, scripted, request);
    case "near":
      return drift(name, scripted, request);
    default:
      return scripted;
  }
}

function failSometimes(scripted: Execution): Execution {
  const [first = 0, second = 0] = scripted.receipt.outputDigest;
  if (first % 3 !== 0) return scripted;
  const status = FAILURES[second % FAILURES.length] ?? ReceiptStatus.EXCEPTION;
  const { gasUsed, workDigest } = scripted.receipt;
  const outputDigest = new Uint8Array(0);
  const receipt = { status, gasUsed, outputSize: 0n, outputDigest, workDigest };
  return { receipt, output: new Uint8Array(0) };
}

/** By request: agreement, two camps, nobody agrees, nobody agrees at first, all err at first. */
function waver(name: string, scripted: Execution, request: Request): Execution {
  const kind = domainHash("test/flaky", uint64ToBytes(request.id))[0] ?? 0;
  const camp = (domainHash("test/camp", utf8(name))[0] ?? 0) % 2;
  switch (kind % 5) {
    case 0:
      return scripted;
    case 1:
      return camp === 0 ? scripted : distort(scripted, "camp");
    case 2:
      return distort(scripted, name);
    case 3:
      return request.originBatchId > 0n ? scripted : distort(scripted, name);
    default:
      return request.originBatchId > 0n ? scripted : distort(scripted, "at first");
  }
}

/** Up to three units beside the scripted answer; for one request in four up to a hundred. */
function drift(name: string, scripted: Execution, request: Request): Execution {
  const [near = 0, far = 0] = domainHash("test/drift", utf8(name), uint64ToBytes(request.id));
  const [kind = 0] = domainHash("test/drifting", uint64ToBytes(request.id));
  const output = scripted.output.slice();
  const place = output.length - PROBABILITY_BYTES;
  output[place] = (output[place] ?? 0) ^ (kind % 4 === 0 ? far % 100 : near % 4);
  return { output, receipt: { ...scripted.receipt, outputDigest: sha256(output) } };
}

/** Another answer of the same size; equal for equal `salt`. A failure stays what it is. */
export function distort(execution: Execution, salt: string): Execution {
  const { output, receipt } = execution;
  if (output.length === 0) return execution;
  const changed = output.slice();
  const noise = domainHash("test/distort", utf8(salt), output);
  for (let back = 1; back <= Math.min(4, changed.length); back++) {
    changed[changed.length - back] = noise[back] ?? 0;
  }
  return { output: changed, receipt: { ...receipt, outputDigest: sha256(changed) } };
}
