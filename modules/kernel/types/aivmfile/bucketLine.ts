import type { Bucket, Field } from "#core/codec/generated/aivm/kernel/v1.js";
import { type BoundedDimension, boundedDimensions, bucketText } from "../buckets.js";
import type { DirectiveLine, Word } from "./directiveLine.js";
import type { Place } from "./mistakes.js";
import { integerOf, readInteger, sizeOf } from "./quantities.js";

/** What one word of a BUCKET line says: `image=64x64`. */
interface NamedExtents {
  readonly word: Word;
  readonly name: string;
  /** As written, one for each bounded dimension of the field. */
  readonly extents: readonly string[];
}

/** A BUCKET line; what its words mean is known when all inputs are. */
export interface BucketLine {
  readonly line: DirectiveLine;
  readonly named: readonly NamedExtents[];
  readonly gas: bigint;
  readonly gasWord: Word;
}

/** Buckets of the manifest, and where their parts stand by the paths of the fields. */
export interface PlacedBuckets {
  readonly buckets: Bucket[];
  readonly places: ReadonlyMap<string, Place>;
}

/** The rest of a BUCKET line: `tokens=32 gas 5_000_000`. */
export function readBucket(line: DirectiveLine): BucketLine {
  const named = [readExtents(line)];
  let word = line.take("gas");
  while (word === undefined) {
    const next = readExtents(line);
    const twin = named.find(({ name }) => name === next.name);
    if (twin !== undefined) throw line.mistake(next.word, "sameExtents", { found: next.name });
    named.push(next);
    word = line.take("gas");
  }
  const gasWord = line.next("a whole number");
  return { line, named, gas: readInteger(line, gasWord), gasWord };
}

function readExtents(line: DirectiveLine): NamedExtents {
  const word = line.next("an input with its extents, or gas,");
  const [, name, sizes] = /^([^=]+)=([^=]+)$/.exec(word.text) ?? [];
  if (name === undefined || sizes === undefined) throw line.mistake(word, "extents");
  return { word, name, extents: sizes.split("x") };
}

/**
 * The buckets that the lines of an Aivmfile declare, in their order. Fails with `kernel/10` and
 * `kernel/11` where a line does not name what it bounds.
 */
export function placeBuckets(
  lines: readonly BucketLine[],
  inputs: readonly Field[],
): PlacedBuckets {
  const dimensions = boundedDimensions(inputs);
  const places = new Map<string, Place>();
  const buckets = lines.map((line, index) => {
    const at = `buckets[${index}]`;
    const extents = orderedExtents(line, inputs, dimensions);
    places.set(at, line.line.place);
    places.set(`${at}.extents`, line.named[0]?.word ?? line.line.place);
    for (const [position, { word }] of extents.entries()) {
      places.set(`${at}.extents[${position}]`, word);
    }
    places.set(`${at}.gas`, line.gasWord);
    return { extents: extents.map(({ extent }) => extent), gas: line.gas };
  });
  return { buckets, places };
}

/** One extent for each dimension, in the order of the inputs. */
function orderedExtents(
  { line, named }: BucketLine,
  inputs: readonly Field[],
  dimensions: readonly BoundedDimension[],
): Array<{ readonly extent: bigint; readonly word: Word }> {
  for (const { word, name, extents } of named) {
    const own = dimensions.filter(({ field }) => field.name === name);
    if (own.length === 0) throw line.mistake(word, "notBounded", { found: name });
    if (own.length === extents.length) continue;
    throw line.mistake(word, "extentCount", { expected: boundText(inputs, name) });
  }
  const used = new Map<string, number>();
  return dimensions.map(({ field: { name }, axis }) => {
    const own = named.find((one) => one.name === name);
    if (own === undefined) {
      const expected = boundText(inputs, name);
      throw line.mistake({ ...line.place, text: name }, "extentsMissing", { expected });
    }
    const position = used.get(name) ?? 0;
    used.set(name, position + 1);
    const text = own.extents[position] ?? "";
    const read = axis === undefined ? sizeOf : integerOf;
    return { extent: read(line, own.word, text), word: own.word };
  });
}

/** The bounds of an input as a bucket would write them. */
function boundText(inputs: readonly Field[], name: string): string {
  const own = inputs.filter((field) => field.name === name);
  return bucketText(own, { extents: boundedDimensions(own).map(({ maximum }) => maximum) });
}
