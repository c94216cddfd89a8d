import type { PlainValues } from "#sdk/index.js";

type PlainValue = PlainValues[string];

/** How an output is shown: one value large, a distribution as bars, anything else as text. */
export type OutputShape =
  | { readonly kind: "single"; readonly text: string }
  | { readonly kind: "distribution"; readonly shares: readonly number[]; readonly top: number }
  | { readonly kind: "list"; readonly texts: readonly string[] };

const SHARES_MAX = 40;
const SUM_TOLERANCE = 0.01;

/** Looks at an output's value: shares of 0 to 1 that add up to 1 are a distribution. */
export function outputShape(value: PlainValue): OutputShape {
  const elements = elementsOf(value);
  const [first] = elements;
  if (elements.length === 1 && first !== undefined) return { kind: "single", text: textOf(first) };
  const shares = elements.filter((one) => typeof one === "number");
  if (shares.length === elements.length && isDistribution(shares)) {
    return { kind: "distribution", shares, top: shares.indexOf(Math.max(...shares)) };
  }
  return { kind: "list", texts: elements.map(textOf) };
}

function elementsOf(value: PlainValue): readonly PlainValue[] {
  if (Array.isArray(value)) return value as readonly PlainValue[];
  if (typeof value === "object" && "data" in value) return elementsOf(value.data);
  return [value];
}

function isDistribution(shares: readonly number[]): boolean {
  if (shares.length < 2 || shares.length > SHARES_MAX) return false;
  const sum = shares.reduce((total, share) => total + share, 0);
  return shares.every((share) => share >= 0 && share <= 1) && Math.abs(sum - 1) <= SUM_TOLERANCE;
}

function textOf(value: PlainValue): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
