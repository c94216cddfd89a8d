import { readFileSync } from "node:fs";
import { readVectors } from "./readVectors.js";

/** First line of iavl.jsonl. */
export interface IavlHeader {
  readonly seed: number;
  readonly keys: number;
  readonly versions: number;
  readonly operations: number;
}

/** One version that tools/vectors/iavl saved; the root is hex, the proofs are base64. */
export interface IavlVersion {
  readonly version: number;
  readonly root: string;
  readonly size: number;
  readonly exist: readonly string[];
  readonly absent: readonly string[];
}

/** First line of multistore.jsonl. */
export interface MultistoreHeader {
  readonly seed: number;
  readonly keys: number;
  readonly initialVersion: number;
  readonly lastVersion: number;
  readonly upgradeVersion: number;
  readonly stores: readonly string[];
  readonly added: string;
}

/** One version that tools/vectors/multistore committed; hashes and keys are hex, ops are base64. */
export interface MultistoreVersion {
  readonly version: number;
  readonly appHash: string;
  readonly queries: ReadonlyArray<{
    readonly store: string;
    readonly key: string;
    readonly tree: string;
    readonly simple: string;
  }>;
}

/** What tools/vectors/iavl writes. */
export function readIavlVectors(): { header: IavlHeader; versions: IavlVersion[] } {
  const [header, ...versions] = readLines("iavl");
  return { header: header as IavlHeader, versions: versions as IavlVersion[] };
}

/** What tools/vectors/multistore writes. */
export function readMultistoreVectors(): {
  header: MultistoreHeader;
  versions: MultistoreVersion[];
} {
  const [header, ...versions] = readLines("multistore");
  return { header: header as MultistoreHeader, versions: versions as MultistoreVersion[] };
}

/** A value of cosmos.json: bytes that Cosmos implementations agree on, mostly hex. */
export function cosmosVector(name: string): string {
  const value = (readVectors("cosmos") as Readonly<Record<string, string>>)[name];
  if (value === undefined) throw new Error(`cosmos.json has no ${name}`);
  return value;
}

function readLines(name: string): unknown[] {
  const text = readFileSync(new URL(`./${name}.jsonl`, import.meta.url), "utf8");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as unknown);
}
