import { closeSync, existsSync, fstatSync, openSync, readSync } from "node:fs";
import { expect } from "vitest";
import type { JsonValue } from "#core/codec/json.js";
import { parseJson } from "#core/codec/parseJson.js";

/**
 * Follows what a node's application has logged: each life begins where the one before ended. A line
 * is written after a commit has returned, when it is promised to be durable.
 */
export class CommitLog {
  readonly #path: string;
  #offset = 0;
  #height = 0n;
  /** The one commit of a life that may be durable and not logged is its last. */
  #isNewLife = true;

  constructor(path: string) {
    this.#path = path;
  }

  /** The state was deleted, and the log with it. */
  forget(): void {
    this.#offset = 0;
    this.#height = 0n;
    this.#isNewLife = true;
  }

  /** Reads on; no height is missing and none is committed twice. */
  expectUnbroken(): void {
    for (const line of this.#newLines()) {
      const json = parseJson(line);
      if (messageOf(json) === "the application is ready") this.#isNewLife = true;
      if (messageOf(json) === "block committed") this.#expectNext(heightOf(json));
    }
  }

  #expectNext(height: bigint): void {
    const allowed = [this.#height + 1n, ...(this.#isNewLife ? [this.#height + 2n] : [])];
    expect(allowed, `heights that may follow ${this.#height}`).toContain(height);
    this.#height = height;
    this.#isNewLife = false;
  }

  #newLines(): string[] {
    if (!existsSync(this.#path)) return [];
    const file = openSync(this.#path, "r");
    const bytes = Buffer.alloc(fstatSync(file).size - this.#offset);
    readSync(file, bytes, 0, bytes.length, this.#offset);
    closeSync(file);
    // The last line may still be in the writing.
    const whole = bytes.subarray(0, bytes.lastIndexOf("\n") + 1);
    this.#offset += whole.length;
    return whole.toString("utf8").split("\n");
  }
}

function messageOf(json: JsonValue | undefined): JsonValue | undefined {
  if (typeof json !== "object" || json === null || Array.isArray(json)) return undefined;
  return json["msg"];
}

function heightOf(json: JsonValue | undefined): bigint {
  return BigInt((json as { readonly height: number }).height);
}
