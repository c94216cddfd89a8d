import { type Batch, type Execution, type Seat } from "#core/codec/generated/aivm/inference/v1.js";
import type { Manifest } from "#core/codec/generated/aivm/kernel/v1.js";
import { assertDefined } from "#core/primitives/assert.js";
import { distributionGas } from "#modules/kernel/types/distribution.js";
import { readSample, type Sample } from "#modules/kernel/types/samples.js";
import { decides, isCommittee } from "../../types/batch.js";
import { findCluster, type Point } from "../../types/cluster.js";
import {
  type Combination,
  type Combine,
  failedExecution,
  failureOf,
  hasOutput,
  type Run,
} from "./combine.js";

/** An answer that can be compared with others. */
interface Answer extends Point {
  readonly run: Run;
  readonly seat: Seat;
}

/**
 * Combines runs by the distance of their outputs (protocol.md section 18): the answer at the centre
 * of the winning cluster is the result, if those around it decide; whoever is not among them is not
 * accepted. Failures of the same kind agree with each other and with nothing else; outputs that do
 * not fit the manifest agree with none.
 */
export function combineByDistribution(manifest: Manifest, batch: Batch): Combine {
  const { epsilonMillionths: epsilon } = manifest.aggregation;
  const weighing = isCommittee(batch) ? "seats" : "power";
  return (runs) => {
    const gas = gasOf(manifest, runs);
    const answers = runs.flatMap((run) => toAnswer(manifest, batch, run));
    const cluster = findCluster(answers, { epsilon, weighing });
    if (cluster === undefined) return { gas, combined: undefined };
    const members = cluster.members.map((position) => answerAt(answers, position));
    const seats = members.map(({ seat }) => seat);
    if (!decides(batch, seats)) return { gas, combined: undefined };
    const agreeing = new Set(members.map(({ run }) => run.seat));
    const rejected = runs.map(({ seat }) => seat).filter((seat) => !agreeing.has(seat));
    const execution = resultOf(answerAt(answers, cluster.centre).run.execution, gas);
    return { gas, combined: { execution, rejected } };
  };
}

function gasOf(manifest: Manifest, runs: readonly Run[]): Combination["gas"] {
  const bytes = runs.reduce((sum, { execution }) => sum + BigInt(execution.output.length), 0n);
  return distributionGas(manifest, { count: runs.length, bytes });
}

function toAnswer(manifest: Manifest, batch: Batch, run: Run): Answer[] {
  const seat = assertDefined(batch.seats[run.seat], "an answer is by a seat");
  const sample = sampleOf(manifest, run.execution);
  return sample === undefined ? [] : [{ run, seat, sample, power: seat.power }];
}

function sampleOf({ outputs }: Manifest, execution: Execution): Sample | undefined {
  if (hasOutput(execution)) return readSample(outputs, execution.output);
  return { key: `failed ${failureOf(execution)}`, vectors: [] };
}

function answerAt(answers: readonly Answer[], position: number): Answer {
  return assertDefined(answers[position], "a cluster is of the answers");
}

/**
 * What the centre gave, with the gas of the aggregation: what a member says of its own gas nobody
 * can check, since members' gas may lawfully differ too.
 */
function resultOf(execution: Execution, gasUsed: bigint): Execution {
  if (!hasOutput(execution)) return failedExecution(failureOf(execution));
  return { ...execution, receipt: { ...execution.receipt, gasUsed } };
}
