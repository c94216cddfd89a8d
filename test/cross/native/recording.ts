import { readFileSync, writeFileSync } from "node:fs";
import { compileAivmfile } from "#modules/kernel/types/aivmfile.js";
import { findCluster } from "#modules/inference/types/cluster.js";
import { doubledDistance, readSample, type Sample } from "#modules/kernel/types/samples.js";
import { assertDefined } from "#core/primitives/assert.js";

/** What one processor answered. */
export interface ProcessorAnswers {
  /** The processor, real or emulated. */
  readonly name: string;
  readonly answers: readonly PromptAnswer[];
}

/** Next-token probabilities after a prompt. */
export interface PromptAnswer {
  readonly prompt: string;
  /** Canonical output in base64. */
  readonly output: string;
  /** Hex of a digest over intermediate results of the network. */
  readonly bits: string;
}

/** The kernel that is run, and the prompts that it is asked. */
export const KERNEL_FOLDER = new URL(
  "../../../kernels/shakespeare-probabilities/",
  import.meta.url,
);

export const PROMPTS: readonly string[] = [
  "JULIET:\nO Romeo,",
  "HAMLET:\nTo be, or not to be: that is the question:\nWhether 'tis nobler in the mind to suffer",
  "FIRST WITCH:\nWhen shall we three meet again in thunder, lightning, or in rain?",
  "KING HENRY V:\nOnce more unto the breach, dear friends, once more;\nOr close the wall up with our",
  "PROSPERO:\nWe are such stuff as dreams are made on, and our little life is rounded with a",
];

const FILE = new URL("answers.json", import.meta.url);

/** What `main.ts` wrote last. */
export function readRecording(): ProcessorAnswers[] {
  return JSON.parse(readFileSync(FILE, "utf8")) as ProcessorAnswers[];
}

/** Writes what processors answered. */
export function writeRecording(answers: readonly ProcessorAnswers[]): void {
  writeFileSync(FILE, `${JSON.stringify(answers, undefined, 2)}\n`);
}

/** How the answers to one prompt compare. */
export interface PromptComparison {
  readonly prompt: string;
  /** Different digests of intermediate results. */
  readonly bits: number;
  /** Different outputs. */
  readonly outputs: number;
  /**
   * Largest distance of two outputs in millionths; undefined when two are farther than the
   * tolerance.
   */
  readonly distance: number | undefined;
  /** Different results over all orders of the processors. */
  readonly results: number;
  /** Fewest answers that a result took in. */
  readonly agreeing: number;
}

/** Compares what processors answered to the prompt at a position, as the chain does. */
export function compareAnswers(
  processors: readonly ProcessorAnswers[],
  position: number,
): PromptComparison {
  const { draft } = compileAivmfile(readFileSync(new URL("Aivmfile", KERNEL_FOLDER), "utf8"));
  const epsilon = draft.aggregation.epsilonMillionths;
  const answers = processors.map(({ answers: list }) =>
    assertDefined(list[position], "every processor answers every prompt"),
  );
  const samples = answers.map(({ output }) =>
    assertDefined(readSample(draft.outputs, Buffer.from(output, "base64")), "outputs fit"),
  );
  const clusters = orders(answers.map((_, index) => index)).map((order) => {
    const points = order.map((index) => ({ sample: samples[index] as Sample, power: 1n }));
    const cluster = assertDefined(findCluster(points, { epsilon, weighing: "seats" }), "answers");
    const centre = answers[order[cluster.centre] ?? -1];
    return { result: centre?.output, agreeing: cluster.members.length };
  });
  return {
    prompt: answers[0]?.prompt ?? "",
    bits: new Set(answers.map(({ bits }) => bits)).size,
    outputs: new Set(answers.map(({ output }) => output)).size,
    distance: largestDistance(samples, Number(2n * epsilon)),
    results: new Set(clusters.map(({ result }) => result)).size,
    agreeing: Math.min(...clusters.map(({ agreeing }) => agreeing)),
  };
}

function largestDistance(samples: readonly Sample[], maximum: number): number | undefined {
  let largest = 0;
  for (const a of samples) {
    for (const b of samples) {
      const distance = doubledDistance(a, b, maximum);
      if (distance === undefined) return undefined;
      largest = Math.max(largest, distance / 2);
    }
  }
  return largest;
}

/** Every order of a few numbers. */
function orders(numbers: readonly number[]): number[][] {
  if (numbers.length === 0) return [[]];
  return numbers.flatMap((first) =>
    orders(numbers.filter((one) => one !== first)).map((rest) => [first, ...rest]),
  );
}
