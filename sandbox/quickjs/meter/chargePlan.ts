import { assertDefined } from "#core/primitives/assert.js";
import { type Instruction, Op, gasOf } from "./instruction.js";

/** Gas that is subtracted at one place, for all code that runs exactly as often as that place. */
export interface Charge {
  readonly gas: number;
  /** Whether the function stops there when less than nothing is left. */
  readonly check: boolean;
}

/** Code that runs equally often, unless the execution ends in between. */
interface Group {
  /** The instruction before which its gas is subtracted. */
  readonly at: number;
  readonly check: boolean;
  gas: number;
}

/** A bracket that is open. */
interface Frame {
  /** What runs as often as the bracket is entered. */
  readonly outside: Group;
  /** Whether every way through it, but an end of the execution, comes to the code behind it. */
  isClosed: boolean;
}

/**
 * Where a function's gas is subtracted, by the positions of instructions. Gas of code that runs as
 * often as code before it is subtracted there: behind a bracket that nothing jumps out of, code
 * runs as often as before it. What is subtracted in all is the number of instructions that ran,
 * whichever way was taken; an execution that ends by a limit in between has paid to the end of its
 * group.
 */
export function planCharges(instructions: readonly Instruction[]): ReadonlyMap<number, Charge> {
  const planner = new ChargePlanner();
  for (const [position, instruction] of instructions.entries()) {
    planner.add(instruction, position + 1);
  }
  return planner.charges();
}

class ChargePlanner {
  readonly #frames: Frame[] = [];
  #group: Group = { at: 0, check: true, gas: 0 };
  readonly #groups = [this.#group];

  charges(): ReadonlyMap<number, Charge> {
    const due = this.#groups.filter(({ gas, check }) => gas > 0 || check);
    return new Map(due.map(({ at, gas, check }) => [at, { gas, check }]));
  }

  /** `next` is the position of the instruction behind. */
  add({ opcode, immediate }: Instruction, next: number): void {
    this.#group.gas += gasOf(opcode);
    switch (opcode) {
      case Op.BLOCK:
        this.#open();
        return;
      case Op.IF:
      case Op.LOOP:
        this.#open();
        this.#begin(next, opcode === Op.LOOP);
        return;
      case Op.ELSE:
        this.#begin(next);
        return;
      case Op.END:
        this.#close(next);
        return;
      case Op.BR:
      case Op.BR_IF:
      case Op.BR_TABLE:
        this.#jump(immediate);
        this.#begin(next);
        return;
      case Op.RETURN:
        this.#jump(this.#frames.length);
        this.#begin(next);
        return;
      case Op.UNREACHABLE:
        this.#begin(next);
        return;
      default:
    }
  }

  #open(): void {
    this.#frames.push({ outside: this.#group, isClosed: true });
  }

  #close(next: number): void {
    const { outside, isClosed } = assertDefined(this.#frames.pop(), "brackets are balanced");
    if (isClosed) this.#group = outside;
    else this.#begin(next);
  }

  #begin(at: number, check = false): void {
    this.#group = { at, check, gas: 0 };
    this.#groups.push(this.#group);
  }

  /** A jump over `depth` brackets leaves those within: the code behind them may not be reached. */
  #jump(depth: number): void {
    for (const frame of this.#frames.slice(this.#frames.length - depth)) frame.isClosed = false;
  }
}
