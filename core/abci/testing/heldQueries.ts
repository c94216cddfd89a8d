import type { QueryRequest } from "../requests.js";
import type { QueryResponse } from "../responses.js";

/** A promise that somebody else settles. */
class Gate<T> {
  readonly promise: Promise<T>;
  #resolve: (value: T) => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;

  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  open(value: T): void {
    this.#resolve(value);
  }

  fail(error: unknown): void {
    this.#reject(error);
  }
}

/** Answers queries when it is told to, by their path. */
export class HeldQueries {
  readonly #answers = new Map<string, Gate<QueryResponse>>();
  readonly #arrivals = new Map<string, Gate<string>>();

  /** The application's query call. */
  readonly query = ({ path }: QueryRequest): Promise<QueryResponse> => {
    gateOf(this.#arrivals, path).open(path);
    return gateOf(this.#answers, path).promise;
  };

  /** Resolves when the query has reached the application. */
  async arrived(path: string): Promise<void> {
    await gateOf(this.#arrivals, path).promise;
  }

  /** Answers the query with its path in the log. */
  release(path: string): void {
    const empty = new Uint8Array(0);
    const answer = { code: 0, codespace: "", key: empty, value: empty, proofOps: [], height: 1n };
    gateOf(this.#answers, path).open({ ...answer, log: path });
  }

  /** Lets the query fail. */
  fail(path: string, error: unknown): void {
    gateOf(this.#answers, path).fail(error);
  }
}

function gateOf<T>(gates: Map<string, Gate<T>>, path: string): Gate<T> {
  const gate = gates.get(path) ?? new Gate<T>();
  gates.set(path, gate);
  return gate;
}
