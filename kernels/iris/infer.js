const SUBNETWORKS = 8;
const HIDDEN = 16;
const SPECIES = 3;
/** Probability that a hidden unit takes part; the network was trained with the same. */
const KEEP = 0.75;

/**
 * Names the species of one iris by the mean of eight random sub-networks.
 *
 * measurements: Float32Array of sepal length, sepal width, petal length and petal width in
 * centimetres; a RangeError when one is not above zero.
 * Gives label (the first of the most probable species), probs (three means) and spread: the
 * largest difference between two sub-networks in the probability of one species.
 */
export async function infer({ measurements }, aivm) {
  if (!measurements.every((centimetres) => centimetres > 0)) {
    throw new RangeError("a measurement is not above zero");
  }
  const answer = await aivm.run("net", {
    measurements: { dims: [1, 4], data: measurements },
    masks: { dims: [SUBNETWORKS, HIDDEN], data: drawMasks(aivm) },
  });
  const columns = [0, 1, 2].map((species) => column(answer.probs.data, species));
  const probs = Float32Array.from(columns, mean);
  return {
    label: BigInt64Array.of(BigInt(indexOfLargest(probs))),
    probs,
    spread: Float32Array.of(Math.max(...columns.map(range))),
  };
}

/** A unit that takes part is scaled up, so that the expected sum stays what it was. */
function drawMasks(aivm) {
  const masks = new Float32Array(SUBNETWORKS * HIDDEN);
  return masks.map(() => (aivm.random() < KEEP ? 1 / KEEP : 0));
}

function column(values, species) {
  return values.filter((_, index) => index % SPECIES === species);
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function range(values) {
  return Math.max(...values) - Math.min(...values);
}

function indexOfLargest(values) {
  return values.reduce((best, value, index) => (value > values[best] ? index : best), 0);
}
