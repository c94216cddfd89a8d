const SPECIES = 3;
/** Probabilities are added as whole millionths: their sum does not depend on the seats' order. */
const ONE = 1_000_000;
/** A sum of probabilities may be this far from one: rounding, in millionths. */
const SUM_TOLERANCE = 100;
/** Farthest that an accepted member may be from the median of one species, in millionths. */
const DISTANCE_MAX = 350_000;

/**
 * Combines the members' answers, given in seat order, into the committee's.
 *
 * A seat is accepted when its answer is well formed and near the median of the well-formed ones,
 * so that fewer than half of the seats cannot pull the result far by lying. The result is the mean
 * of the accepted probabilities, their most probable species, and the median of their spreads.
 * Throws when no seat is accepted.
 */
export function aggregate(reveals) {
  const answers = reveals.map(readAnswer);
  const wellFormed = answers.filter((answer) => answer !== undefined);
  const centre = bySpecies(wellFormed, median);
  const accepted = answers.map((answer) => answer !== undefined && isNear(answer.probs, centre));
  const trusted = answers.filter((_, seat) => accepted[seat]);
  if (trusted.length === 0) throw new Error("no member is near the median");

  const probs = bySpecies(trusted, mean);
  const spread = median(trusted.map((answer) => answer.spread));
  return {
    output: {
      label: BigInt64Array.of(BigInt(indexOfLargest(probs))),
      probs: Float32Array.from(probs, fromMillionths),
      spread: Float32Array.of(fromMillionths(spread)),
    },
    accepted,
  };
}

/** One member's answer in millionths; undefined when it contradicts itself. */
function readAnswer({ label, probs, spread }) {
  const values = Array.from(probs, toMillionths);
  const sum = values.reduce((total, value) => total + value, 0);
  const honest =
    [...values, toMillionths(spread[0])].every((value) => value >= 0 && value <= ONE) &&
    Math.abs(sum - ONE) <= SUM_TOLERANCE &&
    Number(label[0]) === indexOfLargest(probs);
  return honest ? { probs: values, spread: toMillionths(spread[0]) } : undefined;
}

function toMillionths(value) {
  return Math.round(value * ONE);
}

function fromMillionths(value) {
  return value / ONE;
}

function bySpecies(answers, combine) {
  return Array.from({ length: SPECIES }, (_, species) =>
    combine(answers.map((answer) => answer.probs[species])),
  );
}

function isNear(probs, centre) {
  return probs.every((value, species) => Math.abs(value - centre[species]) <= DISTANCE_MAX);
}

/** The middle value, or the mean of the two in the middle rounded to a whole number. */
function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  const upper = sorted[Math.floor(sorted.length / 2)];
  return Math.round((lower + upper) / 2);
}

function mean(values) {
  return Math.round(values.reduce((sum, value) => sum + value, 0) / values.length);
}

function indexOfLargest(values) {
  return values.reduce((best, value, index) => (value > values[best] ? index : best), 0);
}
