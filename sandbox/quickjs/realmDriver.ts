import { utf8 } from "#core/primitives/bytes.js";
import type { Pointer } from "./foreign.js";
import { Machine } from "./machine.js";
import { PRELUDE } from "./prelude.js";
import type { FindModule } from "./realmFiles.js";
import type { WasmModule } from "./webAssembly.js";

/** How a driver is set up. */
export interface DriverSpec {
  readonly memoryBytes: number;
  /** JSON of the realm's configuration. */
  readonly config: string;
  /** Answers the code's wish for 32 random bytes. */
  readonly random: () => Uint8Array;
  /** Data by its number, as UTF-16 where text is wanted; undefined where it is no text. */
  readonly data: (index: number, asText: boolean) => Uint8Array | undefined;
  /** What the error says is the text. */
  readonly findModule: FindModule;
}

/** Numbers of the functions of the host that the prelude calls. */
const HOST_FUNCTION = { random: 1, data: 2 } as const;

/**
 * Language features by the bits of `interface.c`: all but dates, which would need a clock. Weak
 * references and atomics are not in the list at all.
 */
const INTRINSICS_WITHOUT_DATE = 0xfff & ~0x2;
const EVAL_MODULE = 1;
const EVAL_GLOBAL = 0;
/** Where recursion throws an error that code can catch; the meter stops what this does not see. */
const MAX_STACK_BYTES = 64 * 1_024;
/** More than setting up any realm takes. */
const SETUP_GAS = 1n << 40n;
const PROMISE = { fulfilled: 1, rejected: 2 } as const;
const POINTER_BYTES = 4;
const MAX_ARGUMENTS = 3;
const EMPTY = new Uint8Array(0);

/** Functions of the prelude that the host calls. */
type DriverFunction = "load" | "begin" | "poll" | "answer" | "describe";

/**
 * A machine with one realm in it: the functions of the prelude as the host calls them, each
 * giving a packet. An empty packet means that the code has broken the prelude. Must be called
 * within `machine.run`.
 */
export class RealmDriver {
  readonly machine: Machine;
  readonly #runtime: Pointer;
  readonly #context: Pointer;
  readonly #undefined: Pointer;
  /** Room for the argument list of a call. */
  readonly #arguments: Pointer;
  readonly #functions: ReadonlyMap<DriverFunction, Pointer>;

  constructor(program: WasmModule, spec: DriverSpec) {
    this.machine = new Machine(program, spec.memoryBytes, {
      call: (id, argument) => this.#answer(spec, id, argument),
      loadModule: (name) => this.#loadModule(spec.findModule(name)),
    });
    const { foreign } = this.machine;
    this.machine.gas = SETUP_GAS;
    this.#runtime = foreign.newRuntime();
    foreign.setMaxStackSize(this.#runtime, MAX_STACK_BYTES);
    foreign.enableModuleLoader(this.#runtime, 0);
    this.#context = foreign.newContext(this.#runtime, INTRINSICS_WITHOUT_DATE);
    this.#undefined = foreign.getUndefined();
    this.#arguments = foreign.malloc(MAX_ARGUMENTS * POINTER_BYTES);
    this.#functions = this.#prepare(spec.config);
  }

  /** Evaluates the code as a module and remembers its entry point. */
  load(code: Uint8Array): Uint8Array {
    const evaluated = this.#evaluate(code, "kernel.js", EVAL_MODULE);
    const thrown = this.#exceptionOf(evaluated);
    if (thrown !== undefined) return this.#describe(thrown);
    this.#drainJobs();
    const { foreign } = this.machine;
    const state = foreign.promiseState(this.#context, evaluated);
    if (state === PROMISE.rejected) {
      return this.#describe(foreign.promiseResult(this.#context, evaluated));
    }
    const settled = state === PROMISE.fulfilled;
    const namespace = settled ? foreign.promiseResult(this.#context, evaluated) : evaluated;
    return this.#ask("load", namespace);
  }

  /** Hands a packet to the prelude, runs every job that is due, and gives what comes next. */
  step(name: "begin" | "answer", packet: Uint8Array): Uint8Array {
    const argument = this.#newBuffer(packet);
    const result = this.#call(name, argument);
    this.machine.foreign.freeValue(this.#context, argument);
    const thrown = this.#exceptionOf(result);
    if (thrown !== undefined) return this.#describe(thrown);
    this.machine.foreign.freeValue(this.#context, result);
    this.#drainJobs();
    return this.#ask("poll", this.#undefined);
  }

  /** Answers a function of the host; every text that is asked for is the number after its bytes. */
  #answer({ random, data }: DriverSpec, id: number, argument: number): Pointer {
    const bytes = id === HOST_FUNCTION.random ? random() : data(argument >> 1, argument % 2 === 1);
    return bytes === undefined ? 0 : this.#newBuffer(bytes);
  }

  /**
   * A module's source for the engine, which frees it; throws an error within the realm for a text.
   */
  #loadModule(source: Uint8Array | string): Pointer {
    if (typeof source !== "string") return this.#newBytes(source, 1);
    const { foreign } = this.machine;
    const context = this.#context;
    const error = foreign.newError(context);
    const [name, message] = ["message", source].map((text) =>
      foreign.newString(context, this.#newText(text)),
    ) as [Pointer, Pointer];
    foreign.setProperty(context, error, name, message);
    foreign.throwError(context, error);
    for (const value of [name, message, error]) foreign.freeValue(context, value);
    return 0;
  }

  #prepare(config: string): ReadonlyMap<DriverFunction, Pointer> {
    const { foreign } = this.machine;
    const newFunction = (name: keyof typeof HOST_FUNCTION): Pointer =>
      foreign.newFunction(this.#context, this.#newText(name), 0, 0, HOST_FUNCTION[name]);
    const [random, data] = [newFunction("random"), newFunction("data")];
    const setup = this.#evaluate(utf8(PRELUDE), "prelude.js", EVAL_GLOBAL);
    const text = foreign.newString(this.#context, this.#newText(config));
    const driver = this.#callPointer(setup, [random, data, text]);
    const names: DriverFunction[] = ["load", "begin", "poll", "answer", "describe"];
    return new Map(
      names.map((name) => {
        const property = foreign.newString(this.#context, this.#newText(name));
        return [name, foreign.getProperty(this.#context, driver, property)];
      }),
    );
  }

  /** Calls a function of the prelude that gives a packet. */
  #ask(name: DriverFunction, argument: Pointer): Uint8Array {
    const result = this.#call(name, argument);
    const thrown = this.#exceptionOf(result);
    if (thrown !== undefined) return name === "describe" ? EMPTY : this.#describe(thrown);
    const bytes = this.#bytesOf(result);
    this.machine.foreign.freeValue(this.#context, result);
    return bytes;
  }

  #describe(error: Pointer): Uint8Array {
    return this.#ask("describe", error);
  }

  #call(name: DriverFunction, argument: Pointer): Pointer {
    return this.#callPointer(this.#functions.get(name) ?? this.#undefined, [argument]);
  }

  #callPointer(target: Pointer, args: readonly Pointer[]): Pointer {
    for (const [index, argument] of args.entries()) {
      this.machine.writeWord(this.#arguments + POINTER_BYTES * index, argument);
    }
    const { foreign } = this.machine;
    return foreign.call(this.#context, target, this.#undefined, args.length, this.#arguments);
  }

  #evaluate(code: Uint8Array, file: string, flags: number): Pointer {
    const { foreign } = this.machine;
    const address = this.#newBytes(code, 1);
    return foreign.evaluate(this.#context, address, code.length, this.#newText(file), 0, flags);
  }

  /** Runs promise jobs until none is left; a job that throws does not end the others. */
  #drainJobs(): void {
    const { foreign } = this.machine;
    while (foreign.isJobPending(this.#runtime) !== 0) {
      const result = foreign.executeJobs(this.#runtime, -1, this.#arguments);
      foreign.freeValue(this.#context, result);
    }
  }

  #exceptionOf(value: Pointer): Pointer | undefined {
    const error = this.machine.foreign.resolveException(this.#context, value);
    return error === 0 ? undefined : error;
  }

  #newBuffer(bytes: Uint8Array): Pointer {
    const address = this.#newBytes(bytes, 0);
    return this.machine.foreign.newArrayBuffer(this.#context, address, bytes.length);
  }

  #newText(text: string): Pointer {
    return this.#newBytes(utf8(text), 1);
  }

  /** A copy in the engine's memory, followed by zero bytes. */
  #newBytes(bytes: Uint8Array, zeros: number): Pointer {
    const address = this.machine.foreign.malloc(bytes.length + zeros);
    this.machine.write(address, bytes);
    if (zeros > 0) this.machine.write(address + bytes.length, new Uint8Array(zeros));
    return address;
  }

  #bytesOf(value: Pointer): Uint8Array {
    const { foreign } = this.machine;
    const address = foreign.getArrayBuffer(this.#context, value);
    if (address === 0) return EMPTY;
    const bytes = this.machine.read(address, foreign.getArrayBufferLength(this.#context, value));
    foreign.free(address);
    return bytes;
  }
}
