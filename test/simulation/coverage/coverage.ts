import type { FinalizeBlockResponse } from "#core/abci/responses.js";
import type { TxResult } from "#core/baseapp/txResult.js";
import type { Event } from "#core/primitives/event.js";
import { outcomeNames } from "./outcomes.js";

/** Counts what happened in simulations, by the names in `targets.ts`. */
export class Coverage {
  readonly #counts = new Map<string, number>();

  /** Names with how often they occurred. */
  get counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  note(name: string, times = 1): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + times);
  }

  /** A result, of a check or of a block. */
  result({ code, codespace, events }: TxResult): void {
    if (code !== 0) this.note(`error ${codespace}/${code}`);
    this.#events(events);
  }

  /** Everything that a block did. */
  block({ txResults, events }: FinalizeBlockResponse): void {
    for (const result of txResults) {
      this.result(result);
      if (result.code === 0) this.#messages(result.events);
    }
    this.#events(events);
  }

  /** Adds what another simulation counted. */
  add(counts: Iterable<readonly [string, number]>): void {
    for (const [name, times] of counts) this.note(name, times);
  }

  #messages(events: readonly Event[]): void {
    for (const { type, attributes } of events) {
      if (type !== "message") continue;
      const action = attributes.find(({ key }) => key === "action");
      if (action !== undefined) this.note(`message ${action.value}`);
    }
  }

  #events(events: readonly Event[]): void {
    for (const one of events) for (const name of outcomeNames(one)) this.note(name);
  }
}
