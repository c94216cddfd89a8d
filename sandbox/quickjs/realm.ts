import { ReceiptStatus } from "#core/codec/generated/aivm/inference/v1.js";
import { DataType } from "#core/codec/generated/aivm/kernel/v1.js";
import { assert, assertDefined } from "#core/primitives/assert.js";
import { utf8 } from "#core/primitives/bytes.js";
import { MeterStop } from "../faults.js";
import type { Tensor } from "../tensor.js";
import { RealmDriver } from "./realmDriver.js";
import type { MachineState } from "./machine.js";
import { PacketReader, textOf, writePacket } from "./packet.js";
import { moduleFinder, readingGas, type RealmFile, utf16Units } from "./realmFiles.js";
import type { WasmModule } from "./webAssembly.js";

/** A field as a realm needs it; an extent of 0 is bounded rather than fixed. */
export interface RealmField {
  readonly name: string;
  readonly type: DataType;
  readonly shape: readonly number[];
}

/** A model that the code may run. */
export interface RealmModel {
  readonly name: string;
  readonly inputs: readonly RealmField[];
  readonly outputs: readonly RealmField[];
}

/** What the code of a realm is called with and must return. */
export interface RealmConfig {
  /** Name of the exported function. */
  readonly entry: "infer" | "aggregate";
  readonly inputs: readonly RealmField[];
  readonly outputs: readonly RealmField[];
  readonly models: readonly RealmModel[];
}

/** Code with everything that its behaviour depends on but input and seed. */
export interface RealmSpec {
  /** UTF-8 of an ES module. */
  readonly code: Uint8Array;
  /** Modules that it may import, by `lib:` and their names. */
  readonly libraries?: readonly RealmFile[];
  /** What `infer` reads by name. */
  readonly data?: readonly RealmFile[];
  readonly config: RealmConfig;
  readonly memoryBytes: number;
  readonly gasLimit: bigint;
}

/** A deterministic failure; the detail is for authors and never hashed. */
export interface RealmFailure {
  readonly status: ReceiptStatus;
  readonly detail: string;
}

/** What a running realm comes to next. */
export type RealmEvent =
  | { readonly kind: "run"; readonly model: number; readonly tensors: readonly Tensor[] }
  | {
      readonly kind: "done";
      /** Words before the outputs: verdicts of aggregation code. */
      readonly verdicts: readonly number[];
      readonly outputs: readonly Tensor[];
    }
  | { readonly kind: "failed"; readonly failure: RealmFailure };

/** Gives 32 random bytes. */
export type RandomSource = () => Uint8Array;

/** Loading code cannot draw random numbers: they come with the input. */
function noRandom(): Uint8Array {
  assert(false, "code draws random numbers only while it runs");
}

/** Gas of one block of random bytes. */
export const RANDOM_BLOCK_GAS = 20_000n;

/** What is kept of an error's text: two bytes for each character. */
const MAX_DETAIL_BYTES = 1_000;

/** Kinds of packets and failures, as the prelude numbers them. */
const PacketKind = { LOADED: 0, RUN: 1, DONE: 2, FAILED: 3 } as const;
const FAILURE_STATUS: readonly ReceiptStatus[] = [
  ReceiptStatus.EXCEPTION,
  ReceiptStatus.MODEL_ERROR,
  ReceiptStatus.BAD_OUTPUT,
  ReceiptStatus.STACK_OVERFLOW,
  ReceiptStatus.OUT_OF_MEMORY,
];

/**
 * A kernel's code, loaded once and then run any number of times from the same state: every run
 * begins with a copy of the memory as it was after the module was evaluated.
 *
 * The gas of evaluating the module counts for every run, so that a run costs the same in a fresh
 * realm and in a warm one.
 */
export class Realm {
  readonly #driver: RealmDriver;
  readonly #spec: RealmSpec;
  readonly #loadGas: bigint;
  readonly #loadFailure: RealmFailure | undefined;
  readonly #loaded: MachineState;
  #random: RandomSource = noRandom;
  /** Of the run that goes on, or was last; of loading before the first. */
  #gasLimit: bigint;

  constructor(program: WasmModule, spec: RealmSpec) {
    this.#spec = spec;
    this.#gasLimit = spec.gasLimit;
    const { data = [], libraries = [] } = spec;
    this.#driver = new RealmDriver(program, {
      memoryBytes: spec.memoryBytes,
      config: JSON.stringify({ ...spec.config, data: data.map(({ name }) => name) }),
      data: (index, asText) => this.#readData(data[index], asText),
      findModule: moduleFinder(libraries),
      random: () => {
        this.#driver.machine.charge(RANDOM_BLOCK_GAS);
        return this.#random();
      },
    });
    this.#driver.machine.gas = spec.gasLimit;
    this.#loadFailure = this.#guard(() => {
      const packet = this.#driver.load(spec.code);
      return packet[0] === PacketKind.LOADED ? undefined : readFailure(packet);
    });
    this.#loadGas = this.gasUsed;
    this.#loaded = this.#driver.machine.capture();
  }

  /** Gas that the run has used, at most the limit. */
  get gasUsed(): bigint {
    const left = this.#driver.machine.gas;
    return this.#gasLimit - (left > 0n ? left : 0n);
  }

  /** Bytes of memory that runs have used so far, the copy that they begin with, and data. */
  get memoryBytes(): number {
    const { low, heap } = this.#loaded;
    const { data = [], libraries = [] } = this.#spec;
    const files = [...data, ...libraries].reduce((sum, { bytes }) => sum + bytes.length, 0);
    return this.#driver.machine.touchedBytes + low.length + heap.length + files;
  }

  /**
   * Starts a run on value sets in order: one input, or the outputs to aggregate. `gasLimit` is the
   * run's, loading included; the realm's own unless given, and never more than that.
   */
  start(
    sets: ReadonlyArray<readonly Tensor[]>,
    random: RandomSource,
    gasLimit: bigint = this.#spec.gasLimit,
  ): RealmEvent {
    const { machine } = this.#driver;
    machine.restore(this.#loaded);
    this.#gasLimit = gasLimit;
    machine.gas = gasLimit - this.#loadGas;
    this.#random = random;
    const exhausted = this.charge(0n);
    if (exhausted !== undefined) return { kind: "failed", failure: exhausted };
    if (this.#loadFailure !== undefined) return { kind: "failed", failure: this.#loadFailure };
    const { entry, inputs, outputs } = this.#spec.config;
    const fields = entry === "infer" ? inputs : outputs;
    const types = sets.flatMap(() => fields.map(({ type }) => type));
    return this.#advance("begin", writePacket([sets.length], types, sets.flat()));
  }

  /** Subtracts the gas of a model run; a failure when it is not there. */
  charge(gas: bigint): RealmFailure | undefined {
    return this.#guard(() => {
      this.#driver.machine.charge(gas);
      return undefined;
    });
  }

  /** Goes on with the outputs of the model that the code waits for. */
  answer(model: number, outputs: readonly Tensor[]): RealmEvent {
    const types = this.#model(model).outputs.map(({ type }) => type);
    return this.#advance("answer", writePacket([1], types, outputs));
  }

  /** Goes on with an error in place of the model's outputs. */
  refuse(reason: string): RealmEvent {
    const reply = { dims: [], data: utf8(reason) };
    const packet = writePacket([0], [DataType.STRING], [reply]);
    return this.#advance("answer", packet);
  }

  /** The prelude names none that is not there. */
  #readData(data: RealmFile | undefined, asText: boolean): Uint8Array | undefined {
    const { bytes } = assertDefined(data, "a realm reads the data of its version");
    this.#driver.machine.charge(readingGas(bytes.length, asText));
    return asText ? utf16Units(bytes) : bytes;
  }

  #advance(step: "begin" | "answer", packet: Uint8Array): RealmEvent {
    let event: RealmEvent | undefined;
    const failure = this.#guard(() => {
      event = this.#readEvent(this.#driver.step(step, packet));
      return undefined;
    });
    if (failure !== undefined) return { kind: "failed", failure };
    return assertDefined(event, "a step gives an event or a failure");
  }

  #guard(work: () => RealmFailure | undefined): RealmFailure | undefined {
    try {
      return this.#driver.machine.run(work);
    } catch (error) {
      if (!(error instanceof MeterStop)) throw error;
      return failed(stopStatus(error), error.message);
    }
  }

  #readEvent(bytes: Uint8Array): RealmEvent {
    const reader = new PacketReader(bytes);
    switch (reader.word()) {
      case PacketKind.RUN:
        return this.#readRun(reader) ?? malformed();
      case PacketKind.DONE:
        return this.#readDone(reader, bytes) ?? malformed();
      case PacketKind.FAILED:
        return { kind: "failed", failure: readFailure(bytes) };
      default:
        return malformed();
    }
  }

  #readRun(reader: PacketReader): RealmEvent | undefined {
    const model = reader.word() ?? -1;
    const inputs = this.#spec.config.models[model]?.inputs;
    if (inputs === undefined) return undefined;
    const tensors = readTensors(reader, inputs);
    return tensors === undefined ? undefined : { kind: "run", model, tensors };
  }

  #readDone(reader: PacketReader, bytes: Uint8Array): RealmEvent | undefined {
    const verdicts: number[] = [];
    if (this.#spec.config.entry === "aggregate") {
      const count = reader.word();
      if (count === undefined || count > bytes.length) return undefined;
      for (let seat = 0; seat < count; seat++) verdicts.push(reader.word() ?? 0);
    }
    const outputs = readTensors(reader, this.#spec.config.outputs);
    return outputs === undefined ? undefined : { kind: "done", verdicts, outputs };
  }

  #model(index: number): RealmModel {
    const model = this.#spec.config.models[index];
    assert(model !== undefined, "a realm runs the models of its configuration");
    return model;
  }
}

function readTensors(reader: PacketReader, fields: readonly RealmField[]): Tensor[] | undefined {
  const tensors: Tensor[] = [];
  for (const { type } of fields) {
    const tensor = reader.tensor(type);
    if (tensor === undefined) return undefined;
    tensors.push(tensor);
  }
  return tensors;
}

function readFailure(bytes: Uint8Array): RealmFailure {
  const reader = new PacketReader(bytes);
  reader.word();
  const status = FAILURE_STATUS[reader.word() ?? 0] ?? ReceiptStatus.EXCEPTION;
  reader.word();
  const text = textOf((reader.data() ?? new Uint8Array(0)).subarray(0, MAX_DETAIL_BYTES));
  return failed(status, text ?? "");
}

function malformed(): RealmEvent {
  const failure = failed(ReceiptStatus.BAD_OUTPUT, "the code broke the realm's interface");
  return { kind: "failed", failure };
}

function failed(status: ReceiptStatus, detail: string): RealmFailure {
  return { status, detail };
}

function stopStatus({ limit }: MeterStop): ReceiptStatus {
  switch (limit) {
    case "gas":
      return ReceiptStatus.OUT_OF_GAS;
    case "memory":
      return ReceiptStatus.OUT_OF_MEMORY;
    case "stack":
      return ReceiptStatus.STACK_OVERFLOW;
  }
}
