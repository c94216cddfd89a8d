import type { Context } from "#core/baseapp/context.js";
import {
  type Batch,
  BatchKind,
  type Execution,
  ReceiptStatus,
  type Request,
} from "#core/codec/generated/aivm/inference/v1.js";
import {
  DataType,
  type Manifest,
  ValidationReport,
  ValueSet,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { domainHash, sha256 } from "#core/crypto/hash.js";
import { concatBytes } from "#core/primitives/bytes.js";
import { packAbstentions } from "#modules/inference/types/abstentions.js";
import {
  batchRoot,
  computeSalt,
  NO_RECEIPT,
  requestLeaf,
} from "#modules/inference/types/digests.js";
import { isEscalation } from "#modules/inference/types/batch.js";
import type { FinishedBatch, ReceiptSource } from "#modules/inference/types/expectedKeepers.js";
import { computeSeed, seedRequestId } from "#modules/inference/types/seeds.js";
import type { InferenceKeeper } from "#modules/inference/index.js";
import type { TestValidator } from "./identities.js";

/** How a scripted node answers; the default is honest and quick. */
export interface Behaviour {
  /** Changes the answer to one input; undefined abstains from the request. */
  readonly answer?: (honest: Execution, request: Request, input: number) => Execution | undefined;
  /** Whether the node runs the batch at all now; false keeps it waiting. */
  readonly runs?: (batch: Batch) => boolean;
  readonly declines?: (batch: Batch) => boolean;
  readonly available?: boolean;
  readonly report?: (honest: ValidationReport) => ValidationReport;
}

/**
 * Stands for scheduler and sandbox in tests of the protocol: a "model" that hashes its input and
 * seed, the same on every node, with behaviours that tests bend. Nothing of it is used outside
 * tests.
 */
export class ScriptedReceipts implements ReceiptSource {
  behaviour: Behaviour = {};
  readonly #chainId: string;
  readonly #validator: TestValidator;
  readonly #finished = new Map<bigint, FinishedBatch>();
  readonly #declined = new Set<bigint>();

  constructor(chainId: string, validator: TestValidator) {
    this.#chainId = chainId;
    this.#validator = validator;
  }

  findFinished(batchId: bigint): FinishedBatch | undefined {
    return this.#finished.get(batchId);
  }

  hasDeclined(batchId: bigint): boolean {
    return this.#declined.has(batchId);
  }

  isAvailable(): boolean {
    return this.behaviour.available ?? true;
  }

  /** Forgets finished work, as a node without its database would. */
  forget(): void {
    this.#finished.clear();
  }

  /** Finishes the batches this validator owes, as its behaviour has it. */
  work(ctx: Context, keeper: InferenceKeeper): Promise<void> {
    for (const id of keeper.owedBatchIds(ctx, this.#validator.address)) {
      if (this.#finished.has(id) || this.#declined.has(id)) continue;
      const batch = keeper.getBatch(ctx, id);
      if (this.behaviour.declines?.(batch) === true) this.#declined.add(id);
      else if (this.behaviour.runs?.(batch) !== false) {
        this.#finished.set(id, this.#run(ctx, keeper, batch));
      }
    }
    return Promise.resolve();
  }

  #run(ctx: Context, keeper: InferenceKeeper, batch: Batch): FinishedBatch {
    const manifest = keeper.needs.kernel.getManifest(ctx, batch.versionId);
    const executions =
      batch.kind === BatchKind.VALIDATION
        ? [[this.#validate(manifest)]]
        : batch.requestIds.map((id) => this.#runRequest(ctx, keeper, { batch, manifest, id }));
    const leaves = executions.map((list) =>
      list.length === 0
        ? NO_RECEIPT
        : requestLeaf(
            list.map(({ receipt }) => receipt),
            isEscalation(batch),
          ),
    );
    const missing = executions.flatMap((list, position) => (list.length === 0 ? [position] : []));
    return {
      batchId: batch.id,
      leaves,
      batchRoot: batchRoot(leaves),
      abstentions: packAbstentions(missing),
      salt: computeSalt(this.#validator.nodeSecret, this.#chainId, batch.id),
      executions,
    };
  }

  #runRequest(
    ctx: Context,
    keeper: InferenceKeeper,
    given: { readonly batch: Batch; readonly manifest: Manifest; readonly id: bigint },
  ): Execution[] {
    const request = keeper.getRequest(ctx, given.id);
    const inputs = keeper.findInputs(ctx, given.id)?.inputs ?? [];
    const answers = inputs.map((input, index) => {
      const seed = computeSeed(given.manifest.seed, {
        chainId: this.#chainId,
        requestId: seedRequestId(request),
        inputIndex: index,
        slotBeacon: request.slotBeacon,
        consensusAddress: this.#validator.address,
      });
      const workKey = isEscalation(given.batch) ? given.batch.workBeacon : undefined;
      const honest = execute(given.manifest, concatBytes(input, seed), workKey);
      const { answer } = this.behaviour;
      return answer === undefined ? honest : answer(honest, request, index);
    });
    return answers.every((one) => one !== undefined) ? answers : [];
  }

  #validate(manifest: Manifest): Execution {
    const honest = ValidationReport.create({ accepted: true, modelGas: manifest.limits.gas / 2n });
    const report = this.behaviour.report?.(honest) ?? honest;
    return executionOf(ValidationReport.encode(report), undefined);
  }
}

/** The scripted model: outputs of the declared shape, filled from a hash of the input. */
function execute(manifest: Manifest, input: Uint8Array, workKey?: Uint8Array): Execution {
  const values = manifest.outputs.map((field) => {
    const dims = field.shape.map((dimension) => dimension.maximum);
    const size = field.dataType === DataType.INT64 ? 8 : 4;
    const length = size * Number(dims.reduce((product, extent) => product * extent, 1n));
    const data = new Uint8Array(length);
    const digest = sha256(input);
    // Small integers are valid in every element type, floats included.
    for (let offset = 0; offset < length; offset += size) data[offset] = digest[offset % 32] ?? 0;
    return { name: field.name, dataType: field.dataType, dims, data };
  });
  const work = workKey && domainHash("test/work", workKey, input);
  return executionOf(ValueSet.encode({ values }), work);
}

/** An execution that succeeded with these output bytes. */
export function executionOf(output: Uint8Array, workDigest: Uint8Array | undefined): Execution {
  return {
    receipt: {
      status: ReceiptStatus.OK,
      gasUsed: 1_000n,
      outputSize: BigInt(output.length),
      outputDigest: sha256(output),
      workDigest: workDigest ?? new Uint8Array(0),
    },
    output,
  };
}
