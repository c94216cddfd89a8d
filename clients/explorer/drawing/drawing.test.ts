import { describe, expect, test } from "vitest";
import { imageOf, type Stroke } from "./drawing.js";

const DOWN: Stroke = [
  { x: 0.5, y: 0.1 },
  { x: 0.5, y: 0.9 },
];

describe("an image", () => {
  test("of nothing is blank paper", () => {
    expect(imageOf([], 16)).toEqual(new Array(64).fill(0));
  });

  test("of a line down has ink in the middle columns of every row, and nowhere else", () => {
    const image = imageOf([DOWN], 16);
    for (let row = 0; row < 8; row++) {
      const pixels = image.slice(row * 8, row * 8 + 8);
      expect(pixels[3]! + pixels[4]!).toBeGreaterThan(0);
      expect([0, 1, 6, 7].map((column) => pixels[column])).toEqual([0, 0, 0, 0]);
    }
    expect(Math.max(...image)).toBeLessThanOrEqual(16);
  });

  test("does not depend on where and how large the drawing is", () => {
    const small = DOWN.map(({ x, y }) => ({ x: x / 4 + 0.1, y: y / 4 + 0.6 }));
    expect(imageOf([small], 16)).toEqual(imageOf([DOWN], 16));
  });

  test("scales its ink: shares stay shares, counts are integers", () => {
    const shares = imageOf([DOWN], 1);
    expect(imageOf([DOWN], 255)).toEqual(shares.map((share) => Math.round(share * 255)));
    expect(Math.max(...shares)).toBeLessThanOrEqual(1);
  });

  test("of a dot is a dot", () => {
    const image = imageOf([[{ x: 0.2, y: 0.7 }]], 16);
    const inked = image.filter((ink) => ink > 0);
    expect(inked.length).toBeGreaterThan(0);
    expect(inked.length).toBeLessThanOrEqual(4);
  });
});
