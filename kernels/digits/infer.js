const LARGEST_VALUE = 16;

/**
 * Reads one handwritten digit.
 *
 * image: Uint8Array of 64 pixels, row by row, 0 (paper) to 16 (ink); a RangeError otherwise.
 * Gives label, the most probable digit (the smaller one on a tie), and probs, ten probabilities.
 */
export async function infer({ image }, aivm) {
  const pixels = Float32Array.from(image, toUnitRange);
  const { probs } = await aivm.run("net", { image: { dims: [1, 64], data: pixels } });
  const label = indexOfLargest(probs.data);
  return { label: BigInt64Array.of(BigInt(label)), probs: probs.data };
}

function toUnitRange(value) {
  if (value > LARGEST_VALUE) throw new RangeError("a pixel is not between 0 and 16");
  return value / LARGEST_VALUE;
}

function indexOfLargest(values) {
  return values.reduce((best, value, index) => (value > values[best] ? index : best), 0);
}
