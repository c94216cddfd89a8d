import type { Command } from "commander";
import { ReceiptStatus } from "#core/codec/generated/aivm/inference/v1.js";
import {
  type Manifest,
  TestVector,
  ValidationReport,
  ValueSet,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { equalBytes, toHex } from "#core/primitives/bytes.js";
import { sha256 } from "#core/crypto/hash.js";
import { findDeparture } from "#sandbox/kernel/promisedOutput.js";
import type { KernelBundle } from "#sdk/kernel/bundle.js";
import { type KernelBucket, kernelBuckets } from "#sdk/kernel/kernelBuckets.js";
import { wrongUse } from "../../errors.js";
import { addExamples } from "../../flags.js";
import type { CommandIo } from "../../io.js";
import { runs, type Session } from "../../session.js";
import { bundleOf, testSource } from "./buildKernel.js";
import { isBundle, readBundle } from "./bundleFolder.js";
import { checkSource, manifestOf } from "./checkSource.js";
import { type CrossResult, crossTest } from "./cross/crossTest.js";
import { crossJson, crossText } from "./cross/crossText.js";
import { TIERS } from "./cross/tiers.js";
import { addEngineFlag, type EngineFlags, engineOf } from "./engineFlag.js";
import { sandboxFailed, testsFailed, tiersDiffer, validationFailed } from "./errors.js";
import { readKernelSource } from "./kernelSource.js";
import { type LocalSandbox, withLocalSandbox } from "./localSandbox.js";
import { receiptOf, type VectorResult } from "./runVectors.js";
import { vectorBucket } from "./vectorBuckets.js";

/** Adds `kernel test`. */
export function addTest(kernel: Command, io: CommandIo): void {
  const command = kernel
    .command("test")
    .argument("<folder>", "folder of a kernel or of its bundle")
    .summary("run the test vectors as validators do")
    .description(
      "Runs every test vector in the sandbox of the validators, then the validation job that they would run before the version becomes active.",
    );
  addEngineFlag(command, "");
  command.option(
    "--cross",
    `run the vectors under V8's compilers, too, and compare: ${tierNames()}`,
  );
  addExamples(
    command,
    "aivmd kernel test my-kernel",
    "aivmd kernel test my-kernel/build",
    "aivmd kernel test my-kernel --engine native",
    "aivmd kernel test my-kernel --cross",
  );
  runs<TestFlags>(command, io, (session, flags, [folder = ""]) =>
    testKernel(session, folder, flags),
  );
}

interface TestFlags extends EngineFlags {
  readonly cross?: boolean;
}

function tierNames(): string {
  return TIERS.slice(1)
    .map(({ name, meaning }) => `${name} (${meaning})`)
    .join(", ");
}

/** What a test of a kernel found. */
export interface KernelTest {
  readonly results: ReadonlyArray<Pick<VectorResult, "file" | "problem" | "gasUsed" | "bucket">>;
  /** What validators would report; undefined while a vector fails. */
  readonly report: ValidationReport | undefined;
  /** Of the kernel, with what the validation job measured. */
  readonly buckets: readonly KernelBucket[];
}

async function testKernel({ terminal }: Session, folder: string, flags: TestFlags): Promise<void> {
  const engine = engineOf(flags);
  if (flags.cross === true && engine !== undefined) {
    throw wrongUse({ problem: "--cross compares the engine of validators; leave --engine out" });
  }
  const progress = terminal.progress({ label: `test vectors of ${folder}`, total: 100 });
  const test = await withLocalSandbox(
    async (sandbox) => {
      await requireConformance(sandbox);
      return runTest(sandbox, folder, (done, total) => {
        progress.update((done * 100) / total);
      });
    },
    { engine },
  );
  const { results, report } = test;
  const failed = results.filter(({ problem }) => problem !== undefined).length;
  const total = results.length;
  progress.finish(`${total - failed} of ${total} test vectors of ${folder} pass`);
  const cross = flags.cross === true ? await crossWithProgress(terminal, folder) : undefined;
  const crossFacts = cross === undefined ? {} : { cross: crossJson(cross) };
  terminal.show({ ...testJson(test), ...crossFacts }, () => {
    const text = testText(terminal, test);
    return cross === undefined ? text : `${text}\n\n${crossText(terminal, cross)}`;
  });
  if (failed > 0) throw testsFailed({ failed, total });
  if (report?.accepted !== true) throw validationFailed({ reason: report?.reason ?? "" });
  requireEqual(cross ?? []);
}

async function crossWithProgress(
  terminal: Session["terminal"],
  folder: string,
): Promise<CrossResult[]> {
  const label = `compilers on ${folder}`;
  const progress = terminal.progress({ label, total: TIERS.length });
  const results = await crossTest(folder, {
    onTier: (done) => {
      progress.update(done);
    },
  });
  progress.finish(`the vectors of ${folder} ran under ${TIERS.length} settings of V8`);
  return results;
}

function requireEqual(results: readonly CrossResult[]): void {
  const count = results.filter(({ differences }) => differences.some((one) => one !== "")).length;
  if (count > 0) throw tiersDiffer({ count });
}

/** Other bits than the reference's would make every vector worthless. */
async function requireConformance(sandbox: LocalSandbox): Promise<void> {
  const conformance = await sandbox.checkConformance();
  if (!conformance.conforms) throw sandboxFailed({ reason: conformance.reason });
}

/**
 * Runs the vectors of a kernel's folder or bundle and, when all pass, the validation job. Fails
 * with the errors of reading and checking, and with `author/8`.
 */
export async function runTest(
  sandbox: LocalSandbox,
  folder: string,
  onVector: (done: number, total: number) => void,
): Promise<KernelTest> {
  if (isBundle(folder)) return testBundle(sandbox, readBundle(folder), onVector);
  const source = readKernelSource(folder);
  checkSource(source);
  const results = await testSource(sandbox, source, { onVector });
  if (results.some(({ problem }) => problem !== undefined)) {
    return { results, report: undefined, buckets: kernelBuckets(manifestOf(source, [])) };
  }
  const bundle = bundleOf(source, results);
  const report = await validate(sandbox, bundle);
  return { results, report, buckets: kernelBuckets(bundle.manifest, report.bucketGas) };
}

async function testBundle(
  sandbox: LocalSandbox,
  bundle: KernelBundle,
  onVector: (done: number, total: number) => void,
): Promise<KernelTest> {
  const { manifest, artifacts } = bundle;
  for (const bytes of artifacts) await sandbox.put(bytes);
  const vectors = artifacts.filter((bytes) => isVector(manifest, bytes));
  let done = 0;
  const results = await Promise.all(
    vectors.map(async (bytes) => {
      const result = await runBundled(sandbox, manifest, bytes);
      onVector((done += 1), vectors.length);
      return result;
    }),
  );
  const failed = results.some(({ problem }) => problem !== undefined);
  const report = failed ? undefined : await validate(sandbox, bundle);
  return { results, report, buckets: kernelBuckets(manifest, report?.bucketGas) };
}

function isVector(manifest: Manifest, bytes: Uint8Array): boolean {
  const digest = sha256(bytes);
  return manifest.testVectors.some((vector) => equalBytes(vector, digest));
}

async function runBundled(
  sandbox: LocalSandbox,
  manifest: Manifest,
  bytes: Uint8Array,
): Promise<KernelTest["results"][number]> {
  const vector = TestVector.decode(bytes);
  const { input, seed } = vector;
  const task = { manifest, input: ValueSet.encode(input), seed };
  const bucket = vectorBucket(manifest, task.input);
  const { receipt, output, detail } = receiptOf(await sandbox.execute(task));
  const { status, gasUsed } = receipt;
  const file = toHex(sha256(bytes));
  if (status !== ReceiptStatus.OK) return { file, gasUsed, bucket, problem: detail };
  const problem = findDeparture(manifest, vector, output);
  return { file, gasUsed, bucket, problem };
}

async function validate(sandbox: LocalSandbox, bundle: KernelBundle): Promise<ValidationReport> {
  const { manifest, artifacts } = bundle;
  for (const bytes of artifacts) await sandbox.put(bytes);
  const { output } = receiptOf(await sandbox.validate({ manifest }));
  return ValidationReport.decode(output);
}

function testJson({ results, report, buckets }: KernelTest): object {
  return {
    vectors: results.map(({ file, problem, gasUsed, bucket }) => ({
      file,
      passed: problem === undefined,
      ...(problem === undefined ? {} : { problem }),
      gas_used: gasUsed,
      ...(bucket === undefined ? {} : { bucket }),
    })),
    validation:
      report === undefined
        ? null
        : {
            accepted: report.accepted,
            reason: report.reason,
            model_gas: report.modelGas,
            peak_tensor_bytes: report.peakTensorBytes,
          },
    ...(buckets.length === 0 ? {} : { buckets: buckets.map(bucketJson) }),
  };
}

function bucketJson({ bucket, gas, measuredGas }: KernelBucket): object {
  return { bucket, gas, measured_gas: measuredGas ?? null };
}

function testText(terminal: Session["terminal"], test: KernelTest): string {
  const { report } = test;
  const tables = [vectorTable(terminal, test), bucketTable(terminal, test)].flat().join("\n\n");
  if (report === undefined) return tables;
  const verdict = report.accepted
    ? `accepted; model gas ${report.modelGas}, at most ${report.peakTensorBytes} bytes of tensors`
    : `rejected: ${report.reason}`;
  return `${tables}\n\n${terminal.pairs([["validation job", verdict]])}`;
}

function vectorTable(terminal: Session["terminal"], { results, buckets }: KernelTest): string {
  const { green, red } = terminal.style;
  const inBuckets = buckets.length > 0;
  return terminal.table(
    [
      { title: "vector" },
      { title: "result" },
      ...(inBuckets ? [{ title: "in" }] : []),
      { title: "gas", align: "right" },
    ],
    results.map(({ file, problem, gasUsed, bucket = "" }) => [
      file,
      problem === undefined ? green("passes") : red(problem),
      ...(inBuckets ? [bucket] : []),
      String(gasUsed),
    ]),
  );
}

/** None for a kernel without buckets. */
function bucketTable(terminal: Session["terminal"], { buckets }: KernelTest): string[] {
  if (buckets.length === 0) return [];
  return [
    terminal.table(
      [
        { title: "inputs up to" },
        { title: "measured gas", align: "right" },
        { title: "gas that is charged", align: "right" },
      ],
      buckets.map(({ bucket, gas, measuredGas }) => [
        bucket,
        measuredGas === undefined ? "–" : String(measuredGas),
        String(gas),
      ]),
    ),
  ];
}
