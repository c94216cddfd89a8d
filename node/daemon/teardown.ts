import type { Logger } from "../logging/logger.js";

type Step = () => void | Promise<void>;

/** What has to be undone when a node stops, in the opposite order of its making. */
export class Teardown {
  readonly #log: Logger;
  readonly #steps: Array<{ readonly name: string; readonly step: Step }> = [];
  #done: Promise<void> | undefined;

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Adds a step; `name` is for the log. */
  add(name: string, step: Step): void {
    this.#steps.push({ name, step });
  }

  /** Runs every step once, whatever goes wrong with some. */
  run(): Promise<void> {
    this.#done ??= this.#run();
    return this.#done;
  }

  async #run(): Promise<void> {
    for (const { name, step } of this.#steps.reverse()) {
      this.#log.debug({ part: name }, "stopping");
      try {
        await step();
      } catch (error) {
        this.#log.error({ err: error, part: name }, "a part of the node did not stop in order");
      }
    }
  }
}
