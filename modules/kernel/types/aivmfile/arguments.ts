import {
  AggregationKind,
  type CommitteeSize,
  type Limits,
  type Manifest,
  type Seed,
  SeedKind,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { fromHex, toHex } from "#core/primitives/bytes.js";
import { MODEL_ENGINE, NATIVE_ENGINE } from "../engines.js";
import { MANIFEST_FORMAT } from "../manifest.js";
import type { DirectiveLine, Word } from "./directiveLine.js";
import { readCode } from "./filePath.js";
import { rangeOf, readEpsilon, readInteger, readSize } from "./quantities.js";

/** How results become one, and the file of the code that does it. */
export interface ReadAggregation {
  readonly aggregation: Manifest["aggregation"];
  /** The word that says how. */
  readonly kind: Word;
  readonly file?: Word;
  readonly gas?: Word;
}

/** Limits and where each stands. */
export interface ReadLimits {
  readonly limits: Limits;
  readonly words: Readonly<Record<"gas" | "memory" | "output", Word>>;
}

/** A committee and where its numbers stand. */
export interface ReadCommittee {
  readonly committee: CommitteeSize;
  readonly target: Word;
  readonly range: Word;
}

const ID_BYTES = 32;
const MAX_SEATS = 0xffffn;

/** The rest of an AIVM line. */
export function readFormat(line: DirectiveLine): void {
  const word = line.next(`${MANIFEST_FORMAT}`);
  if (word.text !== `${MANIFEST_FORMAT}`) throw line.mistake(word, "format");
}

/** The rest of an ENGINE line. */
export function readEngine(line: DirectiveLine): {
  readonly engine: Manifest["modelEngine"];
  readonly word: Word;
} {
  const word = line.next("an engine");
  const engine = [MODEL_ENGINE, NATIVE_ENGINE].find(
    ({ name, version }) => word.text === `${name}/${version}`,
  );
  if (engine !== undefined) return { engine, word };
  throw line.mistake(word, "engine");
}

/** The rest of an AGGREGATE line. */
export function readAggregation(line: DirectiveLine): ReadAggregation {
  const kind = line.next("exact, distribution or code");
  if (kind.text === "exact") return { aggregation: aggregationOf(AggregationKind.EXACT), kind };
  if (kind.text === "distribution") return { aggregation: readDistribution(line), kind };
  if (kind.text !== "code") throw line.mistake(kind, "aggregation");
  const file = readCode(line);
  line.expect("gas");
  const gas = line.next("a whole number");
  const gasLimit = readInteger(line, gas);
  return { aggregation: aggregationOf(AggregationKind.CODE, gasLimit), kind, file, gas };
}

function readDistribution(line: DirectiveLine): Manifest["aggregation"] {
  const epsilonMillionths = readEpsilon(line, line.next("a tolerance such as epsilon=0.01"));
  return { ...aggregationOf(AggregationKind.DISTRIBUTION), epsilonMillionths };
}

/** An aggregation without a digest. */
export function aggregationOf(kind: AggregationKind, gasLimit = 0n): Manifest["aggregation"] {
  return { kind, epsilonMillionths: 0n, codeDigest: new Uint8Array(0), gasLimit };
}

/** The rest of a SEED line. */
export function readSeed(line: DirectiveLine): { readonly seed: Seed; readonly word: Word } {
  const word = line.next("a kind of seed");
  const seed = (kind: SeedKind, fixed = 0n): { seed: Seed; word: Word } => ({
    seed: { kind, fixed },
    word,
  });
  switch (word.text) {
    case "none":
      return seed(SeedKind.NONE);
    case "fixed":
      return seed(SeedKind.FIXED, readInteger(line, line.next("a whole number")));
    case "beacon":
      return seed(SeedKind.BEACON);
    case "member":
      return seed(SeedKind.MEMBER);
    default:
      throw line.mistake(word, "seed");
  }
}

/** The rest of a LIMIT line. */
export function readLimits(line: DirectiveLine): ReadLimits {
  line.expect("gas");
  const gas = line.next("a whole number");
  const gasLimit = readInteger(line, gas);
  line.expect("memory");
  const memory = line.next("a size such as 64MiB");
  const memoryBytes = readSize(line, memory);
  line.expect("output");
  const output = line.next("a size such as 1KiB");
  const outputBytes = readSize(line, output);
  return { limits: { gas: gasLimit, memoryBytes, outputBytes }, words: { gas, memory, output } };
}

/** The rest of a COMMITTEE line. */
export function readCommittee(line: DirectiveLine): ReadCommittee {
  const target = line.next("a number of seats");
  const seats = seatsOf(line, target, readInteger(line, target));
  line.expect("of");
  const range = line.next("a range such as 1..16");
  const { minimum, maximum } = rangeOf(line, range, range.text);
  const committee = {
    target: seats,
    minimum: seatsOf(line, range, minimum),
    maximum: seatsOf(line, range, maximum),
  };
  return { committee, target, range };
}

function seatsOf(line: DirectiveLine, word: Word, seats: bigint): number {
  if (seats > MAX_SEATS) throw line.mistake(word, "seats");
  return Number(seats);
}

/** The rest of a PARENT line: 32 bytes, and where they stand. */
export function readParent(line: DirectiveLine): { readonly id: Uint8Array; readonly word: Word } {
  const word = line.next("the id of a version");
  const id = fromHex(word.text);
  if (id?.length !== ID_BYTES || toHex(id) !== word.text) throw line.mistake(word, "parent");
  return { id, word };
}
