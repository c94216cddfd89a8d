/** One thing about a model that validators refuse. */
export interface Finding {
  /** The part at fault as messages name it: `Loop #4`, `initializer w`, `the model`. */
  readonly place: string;
  /** The node's own name, where it has one. */
  readonly node?: string;
  readonly operator?: string;
  /** A phrase that follows the place: `is random`. */
  readonly reason: string;
  /** What to do instead; empty where nothing sensible can be said. */
  readonly advice: string;
}

/** A model file that the sandbox refuses; the message is a lower-case phrase that names the place. */
export class ModelRefusal extends Error {
  /** The same in parts; undefined for a file that cannot be read. */
  readonly finding: Finding | undefined;

  constructor(message: string, finding?: Finding) {
    super(message);
    this.name = "ModelRefusal";
    this.finding = finding;
  }
}
