import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { sha256 } from "#core/crypto/hash.js";
import { assertDefined } from "#core/primitives/assert.js";
import { ArtifactCache } from "#sandbox/artifacts/artifactCache.js";
import type { ExecutionOutcome } from "#sandbox/executor.js";
import { SandboxPool } from "#sandbox/worker/sandboxPool.js";
import { AivmClient } from "#sdk/client.js";
import { signerFromMnemonic } from "#sdk/signer/signerFromMnemonic.js";
import { blockStats } from "../load/blockStats.js";
import { LargeKernel } from "../load/largeKernel.js";
import { AivmNetwork } from "../network/aivmNetwork.js";
import { databaseBytes } from "../network/databaseBytes.js";
import { peakBytes, residentBytes, sandboxesOf } from "../network/usage.js";
import { type BenchOptions, progress } from "../options.js";
import type { Figure, Section } from "../report/figure.js";
import { quantile } from "../report/statistics.js";

const MIB = 1_048_576;
const VALIDATORS = 4;
const RUNS = 20;
const NS_A_MS = 1e6;

/**
 * What a model of 100 MB costs: in one process with its sandbox, and published on two validators.
 */
export async function measureLargeModel(options: BenchOptions): Promise<Section> {
  progress("large-model: building a kernel of 100 MB");
  const kernel = await LargeKernel.build();
  try {
    return {
      title: "A model of 100 MB",
      figures: [...(await inOneProcess(kernel)), ...(await onNetwork(kernel, options))],
      notes: [
        "six products of 1,024 by 4,096: 100,663,296 bytes of weights; 25 million gas a run",
        `${VALIDATORS} CometBFT, ${VALIDATORS} aivmd and their sandboxes on this machine for the second part`,
        "memory at its peak is resident memory as Linux counts it (VmHWM)",
      ],
    };
  } finally {
    kernel.remove();
  }
}

/** The way of the artifact from chunks to a file to a session, with nothing else going on. */
async function inOneProcess(kernel: LargeKernel): Promise<Figure[]> {
  progress("large-model: exporting, validating, running");
  const exported = await exportModel(kernel);
  const pool = new SandboxPool({ artifactFolder: kernel.artifactFolder });
  try {
    const { manifest } = kernel.bundle;
    const before = await timed(() => pool.execute(kernel.task()));
    const validation = await timed(() => pool.validate({ manifest }));
    const again = await timed(() => pool.execute(kernel.task()));
    const runsMs: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      runsMs.push(await timed(() => pool.execute(kernel.task())));
    }
    const pid = assertDefined(pool.processIds()[0], "the sandbox has a process");
    return [
      ...exported,
      { name: "first execution: process, engines, model", value: before / 1000, unit: "s" },
      { name: "validation beside a loaded model", value: validation / 1000, unit: "s" },
      { name: "execution after it", value: again, unit: "ms" },
      { name: "execution with the model loaded, median", value: quantile(runsMs, 0.5), unit: "ms" },
      { name: "sandbox process at its peak", value: peakBytes(pid) / MIB, unit: "MiB" },
      {
        name: "sandbox process with the model loaded",
        value: residentBytes(pid) / MIB,
        unit: "MiB",
      },
      {
        name: "loaded versions by the pool's count",
        value: pool.usage.loadedBytes / MIB,
        unit: "MiB",
      },
    ];
  } finally {
    await pool.close();
  }
}

/** As a node does it on its main thread: chunk by chunk into a file that is named by its hash. */
async function exportModel(kernel: LargeKernel): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "aivm-bench-export-"));
  try {
    const cache = await ArtifactCache.open(folder);
    const digest = sha256(kernel.model);
    const delay = monitorEventLoopDelay({ resolution: 1 });
    const chunks = [...kernel.modelChunks()];
    delay.enable();
    const ms = await timed(() => cache.put(digest, chunks));
    delay.disable();
    return [
      { name: "export to a file in chunks of 256 KiB", value: ms / 1000, unit: "s" },
      {
        name: "longest pause of the main thread while exporting",
        value: delay.max / NS_A_MS,
        unit: "ms",
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function onNetwork(kernel: LargeKernel, { nodeFlags }: BenchOptions): Promise<Figure[]> {
  progress(`large-model: starting ${VALIDATORS} nodes`);
  const network = await AivmNetwork.start({
    validators: VALIDATORS,
    nodeFlags,
    appSettings: [["inference.children", 1]],
  });
  try {
    const rpc = network.rpc();
    const signer = signerFromMnemonic(network.testnet.user.mnemonic);
    const client = await AivmClient.connect({ rpc: rpc.url, signer });
    const idleBytes = residentBytes(network.pid());
    const [first, before] = [await rpc.height(), databaseBytes(network.dataFolder())];
    progress("large-model: publishing");
    const publication = await publish(client, kernel);
    const after = databaseBytes(network.dataFolder());
    const megabytes = kernel.model.length / 1e6;
    const last = await rpc.height();
    progress("large-model: asking");
    const asked = await timed(() => ask(client));
    const askedAgain = await timed(() => ask(client));
    const blocks = await blockStats(rpc, first, last);
    return [
      ...publication,
      {
        name: "state.db, a published megabyte",
        value: (after.state - before.state) / megabytes,
        unit: "bytes",
      },
      {
        name: "CometBFT's databases, a published megabyte",
        value: (after.comet - before.comet) / megabytes,
        unit: "bytes",
      },
      { name: "blocks meanwhile", value: last - first, unit: "blocks" },
      { name: "block time p95 meanwhile", value: quantile(blocks.intervalsMs, 0.95), unit: "ms" },
      { name: "longest block meanwhile", value: quantile(blocks.intervalsMs, 1), unit: "ms" },
      { name: "first inference, request to result", value: asked / 1000, unit: "s" },
      { name: "second inference", value: askedAgain / 1000, unit: "s" },
      { name: "aivmd before", value: idleBytes / MIB, unit: "MiB" },
      ...memoryFigures(network),
    ];
  } finally {
    await network.stop();
  }
}

async function publish(client: AivmClient, kernel: LargeKernel): Promise<Figure[]> {
  const startMs = performance.now();
  let uploadedMs = startMs;
  await client.publishKernel(kernel.bundle, {
    inFlight: 8,
    onProgress: ({ stage }) => {
      if (stage === "publishing") uploadedMs = performance.now();
    },
  });
  return [
    { name: "upload of 100 MB", value: (uploadedMs - startMs) / 1000, unit: "s" },
    { name: "publish and validate", value: (performance.now() - uploadedMs) / 1000, unit: "s" },
  ];
}

async function ask(client: AivmClient): Promise<void> {
  const x = Array.from({ length: 1_024 }, (_, index) => (index % 64) / 64);
  await client.infer("large-model", { x: [x] });
}

function memoryFigures(network: AivmNetwork): Figure[] {
  return Array.from({ length: VALIDATORS }, (_, index) => {
    const pid = network.pid(index);
    const sandboxes = sandboxesOf(pid);
    const peak = Math.max(0, ...sandboxes.map(peakBytes));
    const now = Math.max(0, ...sandboxes.map(residentBytes));
    return [
      { name: `aivmd ${index} at its peak`, value: peakBytes(pid) / MIB, unit: "MiB" },
      { name: `aivmd ${index} at the end`, value: residentBytes(pid) / MIB, unit: "MiB" },
      { name: `sandbox of ${index} at its peak`, value: peak / MIB, unit: "MiB" },
      { name: `sandbox of ${index} at the end`, value: now / MIB, unit: "MiB" },
    ];
  }).flat();
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  const outcome = await work();
  const { kind, reason } = (outcome ?? {}) as Partial<ExecutionOutcome & { reason: string }>;
  if (kind === "noReceipt") throw new Error(reason);
  return performance.now() - startMs;
}
