import type { Execution } from "#core/codec/generated/aivm/inference/v1.js";
import type { Manifest, Value } from "#core/codec/generated/aivm/kernel/v1.js";
import { sha256 } from "#core/crypto/hash.js";
import { assert } from "#core/primitives/assert.js";
import { toHex } from "#core/primitives/bytes.js";
import { ChainError } from "#core/primitives/errors.js";
import { manifestHash } from "#modules/kernel/types/manifest.js";
import { checkInput } from "#modules/kernel/types/values.js";
import { encodeOutput, realmFields } from "../kernel/kernelValues.js";
import { failureOutcome, successOutcome } from "../receipts.js";
import { loadQuickJs } from "./binary.js";
import { Realm, type RealmEvent } from "./realm.js";
import type { RealmFile } from "./realmFiles.js";
import type { WasmModule } from "./webAssembly.js";

/** One call of a kernel's aggregation code. */
export interface AggregationCall {
  /** UTF-8 of the ES module that exports `aggregate`. */
  readonly code: Uint8Array;
  /** The version's libraries, which the code may import. */
  readonly libraries?: readonly RealmFile[];
  readonly manifest: Manifest;
  /**
   * Canonical outputs in seat order; ones that do not fit the manifest are left out and refused.
   */
  readonly outputs: readonly Uint8Array[];
  readonly gasLimit: bigint;
}

/** What aggregation code gave. */
export interface AggregationOutcome {
  /** Receipt and output of the aggregation. */
  readonly execution: Execution;
  /** Whether the kernel accepts each output, in the order given; after a failure all that fit. */
  readonly accepted: readonly boolean[];
}

/** Realms that stay prepared. */
const MAX_REALMS = 4;

/**
 * Runs aggregation code inside the state machine: synchronous, metered, a pure function of the
 * call on every host.
 *
 * Only limits of the meter end a run early. Whatever else goes wrong throws a `SandboxFault`; the
 * caller must let it stop the node before Commit, because other hosts may not see it.
 */
export class CodeAggregator {
  readonly #program: WasmModule;
  readonly #realms = new Map<string, Realm>();

  /** Loads the code engine; throws a `SandboxFault` when it is not the pinned one. */
  constructor() {
    this.#program = loadQuickJs();
  }

  /** Runs the code on the outputs that fit. */
  aggregate(call: AggregationCall): AggregationOutcome {
    const sets = call.outputs.map((output) => readOutput(call.manifest, output));
    const fitting = sets.filter((values) => values !== undefined);
    const realm = this.#realm(call);
    const event = realm.start(fitting, noRandom);
    assert(event.kind !== "run", "aggregation code has no models to run");
    return toOutcome({ call, event, sets, gasUsed: realm.gasUsed });
  }

  #realm(call: AggregationCall): Realm {
    const { code, manifest, gasLimit } = call;
    // The manifest names the libraries' digests.
    const key = `${toHex(sha256(code))} ${toHex(manifestHash(manifest))} ${gasLimit}`;
    const realm = this.#realms.get(key) ?? this.#newRealm(call);
    this.#realms.delete(key);
    const [oldest] = this.#realms.keys();
    if (oldest !== undefined && this.#realms.size >= MAX_REALMS) this.#realms.delete(oldest);
    this.#realms.set(key, realm);
    return realm;
  }

  #newRealm({ code, libraries = [], manifest, gasLimit }: AggregationCall): Realm {
    return new Realm(this.#program, {
      code,
      libraries,
      gasLimit,
      memoryBytes: Number(manifest.limits.memoryBytes),
      config: {
        entry: "aggregate",
        inputs: [],
        outputs: realmFields(manifest.outputs),
        models: [],
      },
    });
  }
}

interface Run {
  readonly call: AggregationCall;
  readonly event: Exclude<RealmEvent, { kind: "run" }>;
  readonly sets: ReadonlyArray<readonly Value[] | undefined>;
  readonly gasUsed: bigint;
}

function toOutcome({ call, event, sets, gasUsed }: Run): AggregationOutcome {
  const result =
    event.kind === "failed" ? event.failure : encodeOutput(call.manifest, event.outputs);
  const usage = { gasUsed };
  const succeeded = result instanceof Uint8Array;
  const outcome = succeeded ? successOutcome(result, usage) : failureOutcome(result, usage);
  const verdicts = succeeded && event.kind === "done" ? event.verdicts : [];
  return {
    execution: { receipt: outcome.receipt, output: outcome.output },
    accepted: spreadVerdicts(sets, verdicts),
  };
}

/** The code judged the outputs that fit; the others are refused. */
function spreadVerdicts(sets: Run["sets"], verdicts: readonly number[]): boolean[] {
  let next = 0;
  return sets.map((values) => values !== undefined && (verdicts[next++] ?? 1) === 1);
}

function readOutput(manifest: Manifest, output: Uint8Array): readonly Value[] | undefined {
  try {
    return checkInput(manifest.outputs, output).values;
  } catch (error) {
    if (error instanceof ChainError) return undefined;
    throw error;
  }
}

/** The prelude gives aggregation code no way to ask. */
function noRandom(): Uint8Array {
  assert(false, "aggregation code draws no random numbers");
}
