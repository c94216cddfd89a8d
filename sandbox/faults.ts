/**
 * Something went wrong in the host rather than in the kernel: memory of the host, a broken file,
 * a trap that the meter did not cause. Never a verdict about the kernel: a child answers it with
 * "no receipt", the aggregator lets it stop the node.
 */
export class SandboxFault extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "SandboxFault";
  }
}

/** An artifact that this host does not hold intact: one task cannot be served, the engines are sound. */
export class ArtifactFault extends SandboxFault {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ArtifactFault";
  }
}

/** A deterministic limit that an execution reached. */
export type MeterLimit = "gas" | "memory" | "stack";

/** The meter stopped the code engine; the same on every machine. */
export class MeterStop extends Error {
  readonly limit: MeterLimit;

  constructor(limit: MeterLimit) {
    super(`the ${limit} limit is reached`);
    this.name = "MeterStop";
    this.limit = limit;
  }
}
