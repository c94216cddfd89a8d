import { randomInt } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { readJsonObject } from "#node/home/files.js";

/** A handwritten digit of the held-out part of the data set. */
export interface Digit {
  /** Which file it is, for people. */
  readonly name: string;
  /** 64 pixels row by row, from 0 (paper) to 16 (ink). */
  readonly image: readonly number[];
  /** What the people who collected it say it is. */
  readonly truth: number;
}

/** One of the sample digits of the kernel in a folder, by chance. */
export function pickDigit(kernelFolder: string): Digit {
  const folder = join(kernelFolder, "samples");
  const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
  const file = files[randomInt(files.length)] ?? "";
  const json = readJsonObject(join(folder, file), "restore the repository's files");
  const image = json["image"];
  const [, truth] = /^digit-([0-9])\.json$/.exec(file) ?? [];
  if (!Array.isArray(image)) throw new Error(`${file} has no image`);
  return { name: `samples/${file}`, image: image.map(Number), truth: Number(truth) };
}

const WIDTH = 8;
/** From paper to ink; a character is about twice as high as wide, so each is drawn twice. */
const SHADES = [" ", "░", "▒", "▓", "█"];
const INK = 16;

/** The digit as text, eight lines of sixteen characters, in a frame. */
export function drawDigit({ image }: Digit): string {
  const rows = Array.from({ length: WIDTH }, (_, row) =>
    image.slice(row * WIDTH, (row + 1) * WIDTH).map(shade),
  );
  const line = "─".repeat(2 * WIDTH);
  return [`┌${line}┐`, ...rows.map((row) => `│${row.join("")}│`), `└${line}┘`].join("\n");
}

function shade(pixel: number): string {
  const index = Math.ceil((pixel / INK) * (SHADES.length - 1));
  return (SHADES[index] ?? " ").repeat(2);
}

const BAR_WIDTH = 40;

/** Ten lines, one for each digit, with its probability as a bar. */
export function drawProbabilities(probabilities: readonly number[]): string[] {
  return probabilities.map((probability, digit) => {
    const bar = "█".repeat(Math.round(probability * BAR_WIDTH));
    const percent = (100 * probability).toFixed(2).padStart(6);
    return `${digit}  ${percent} %  ${bar}`.trimEnd();
  });
}
