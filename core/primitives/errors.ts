/** Facts about one failure, rendered by logs, REST and the CLI; never consensus. */
export type ErrorDetail = Readonly<Record<string, string | number | bigint>>;

/**
 * A failure caused by a transaction, a query or a genesis file, never by this node.
 *
 * Codespace and code are consensus (CometBFT hashes the code into `LastResultsHash`); the summary
 * and the details are not.
 */
export class ChainError extends Error {
  readonly codespace: string;
  /** From 2; 0 means success and 1 an internal failure. */
  readonly code: number;
  /** Constant lower-case phrase, without the facts of the case. */
  readonly summary: string;
  readonly detail: ErrorDetail;

  constructor(codespace: string, spec: ErrorSpec, detail: ErrorDetail) {
    super(renderError(spec, detail));
    this.name = "ChainError";
    this.codespace = codespace;
    this.code = spec.code;
    this.summary = spec.summary;
    this.detail = detail;
  }
}

/** One entry of a module's error table. */
export interface ErrorSpec {
  /** Unique within the codespace, from 2, append-only. */
  readonly code: number;
  /** Lower-case phrase without a final stop. */
  readonly summary: string;
  /**
   * Renders the sentence that Cosmos clients parse, where there is one; the default is the
   * summary followed by the details in brackets.
   */
  readonly sentence?: (detail: ErrorDetail) => string;
}

/** Makes the error of one spec; a property of it tells whether an error is of that kind. */
export interface ErrorFactory {
  (detail?: ErrorDetail): ChainError;
  readonly spec: ErrorSpec & { readonly codespace: string };
  readonly is: (error: unknown) => boolean;
}

/** Turns an error spec into a factory bound to its codespace. */
export function defineError(codespace: string, spec: ErrorSpec): ErrorFactory {
  const make = (detail: ErrorDetail = {}): ChainError => new ChainError(codespace, spec, detail);
  return Object.assign(make, {
    spec: { ...spec, codespace },
    is: (error: unknown): boolean =>
      error instanceof ChainError && error.codespace === codespace && error.code === spec.code,
  });
}

function renderError(spec: ErrorSpec, detail: ErrorDetail): string {
  if (spec.sentence !== undefined) return spec.sentence(detail);
  const names = Reflect.ownKeys(detail).filter((name) => typeof name === "string");
  if (names.length === 0) return spec.summary;
  return `${spec.summary} (${names.map((name) => `${name} ${String(detail[name])}`).join(", ")})`;
}
