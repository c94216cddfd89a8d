import {
  type Breakdown,
  type Payout,
  PayoutRoleNames,
} from "#core/codec/generated/aivm/reward/v1.js";
import { toHex } from "#core/primitives/bytes.js";
import type { PlainValues } from "#sdk/inference/ask.js";
import type { Inference } from "#sdk/inference/awaitInference.js";
import type { Quote } from "#sdk/inference/quote.js";
import { shortName } from "#core/codec/shortName.js";
import type { InferenceTrace, MemberTrace } from "#sdk/inference/traceRequest.js";
import type { Terminal } from "../../terminal/terminal.js";

/** Everything that is told of an answer. */
export interface RunReport {
  readonly quoted: Quote;
  readonly inference: Inference;
  /** Who was paid what; undefined while it is held. */
  readonly breakdown: Breakdown | undefined;
  /** Height at which what is held is paid; 0 when it is not known. */
  readonly closesHeight: bigint;
}

/** An answer as JSON. */
export function runJson({ quoted, inference, breakdown, closesHeight }: RunReport): object {
  const { requestId, status, outputs, price, trace, proof, result } = inference;
  const { denom } = quoted.price;
  return {
    request_id: requestId,
    status,
    kernel: quoted.manifest.name,
    version_id: toHex(quoted.versionId),
    outputs,
    price: `${price.price}${denom}`,
    escrowed: `${price.escrowed}${denom}`,
    blocks: trace.resultHeight - trace.requestHeight,
    seats_agreed: result.seatsAgreed,
    seats_total: result.seatsTotal,
    proof_verified: proof.verified,
    proof_height: proof.height,
    app_hash: proof.appHash === undefined ? null : toHex(proof.appHash),
    trace: {
      batch_id: trace.batchId,
      request_height: trace.requestHeight,
      draw_height: trace.drawHeight,
      frozen_height: trace.frozenHeight ?? null,
      result_height: trace.resultHeight,
      members: trace.members.map(memberJson),
    },
    payments: breakdown === undefined ? null : breakdown.payouts.map(payoutJson),
    payments_due_height: closesHeight,
  };
}

function memberJson(member: MemberTrace): object {
  return {
    operator: member.operator,
    power: member.power,
    status: member.status,
    verdict: member.verdict,
    commit_height: member.commitHeight ?? null,
    reveal_height: member.revealHeight ?? null,
  };
}

function payoutJson({ role, address, amount }: Payout): object {
  return { role: shortName(PayoutRoleNames, role), address, amount };
}

/** An answer for people: outputs, proof, trace from R on, and payments. */
export function runText(terminal: Terminal, report: RunReport): string {
  const { inference } = report;
  const { bold } = terminal.style;
  const answers = inference.outputs.map((output) => answerOf(terminal, output));
  return [
    bold("Answer"),
    answers.join("\n\n"),
    "",
    bold("Proof"),
    proofText(inference),
    "",
    bold("Trace"),
    traceText(terminal, inference),
    "",
    bold("Payments"),
    paymentsText(terminal, report),
  ].join("\n");
}

function answerOf(terminal: Terminal, output: PlainValues | undefined): string {
  if (output !== undefined) return valuesText(terminal, output);
  return "the output is larger than what the chain keeps: its digest alone is on the chain";
}

/** Numbers of a tensor that get a line of their own. */
const NUMBERS_SHOWN = 32;

/** Outputs of a kernel by name, tensors on one line. */
export function valuesText(painter: Pick<Terminal, "pairs">, values: PlainValues): string {
  return painter.pairs(Object.entries(values).map(([name, value]) => [name, valueText(value)]));
}

function valueText(value: unknown): string {
  if (!Array.isArray(value)) return typeof value === "string" ? value : JSON.stringify(value);
  const shown = value.slice(0, NUMBERS_SHOWN).map(numberText).join(" ");
  const rest = value.length - NUMBERS_SHOWN;
  return rest > 0 ? `${shown} and ${rest} more` : shown;
}

/** Four digits are enough to look at; \`--output json\` has them all. */
function numberText(value: unknown): string {
  if (typeof value !== "number" || Number.isInteger(value)) return String(value);
  return String(Number(value.toPrecision(4)));
}

function proofText({ proof, trace }: Inference): string {
  if (!proof.verified) return "not verified: this is what the node says";
  return [
    "verified: the result is in the state of the chain that the genesis file begins,",
    `at height ${proof.height}, by the app hash ${toHex(proof.appHash)}`,
    `in the header of height ${proof.height + 1n}; it was written at height ${trace.resultHeight}`,
  ].join("\n");
}

function traceText(terminal: Terminal, { requestId, trace, result }: Inference): string {
  const { requestHeight, drawHeight, frozenHeight, resultHeight, batchId, members } = trace;
  const step = (height: bigint, what: string): string[] => {
    const later = height - requestHeight;
    return [later === 0n ? "R" : `R+${later}`, String(height), what];
  };
  const steps = [
    step(requestHeight, `request ${requestId}`),
    step(drawHeight, `draw of batch ${batchId}: ${seats(members.length)}`),
    ...(frozenHeight === undefined ? [] : [step(frozenHeight, "commitments are complete")]),
    step(resultHeight, `reveals: ${result.seatsAgreed} of ${seats(result.seatsTotal)} agree`),
  ];
  const stepTable = terminal.table(
    [{ title: "block" }, { title: "height", align: "right" }, { title: "what happened" }],
    steps,
  );
  const note = trace.complete ? "" : "\nthe node no longer shows every block's events";
  return `${stepTable}${note}\n\n${memberTable(terminal, trace)}`;
}

function seats(count: number): string {
  return count === 1 ? "1 seat" : `${count} seats`;
}

function memberTable(terminal: Terminal, { members }: InferenceTrace): string {
  return terminal.table(
    [
      { title: "member" },
      { title: "power", align: "right" },
      { title: "committed", align: "right" },
      { title: "revealed", align: "right" },
      { title: "answer" },
    ],
    members.map(({ operator, power, commitHeight, revealHeight, verdict }) => [
      operator,
      String(power),
      commitHeight === undefined ? "–" : String(commitHeight),
      revealHeight === undefined ? "–" : String(revealHeight),
      verdict,
    ]),
  );
}

function paymentsText(terminal: Terminal, report: RunReport): string {
  const { breakdown, inference, quoted, closesHeight } = report;
  const { denom } = quoted.price;
  const { escrowed } = inference.price;
  if (breakdown === undefined) {
    const when = closesHeight > 0n ? ` at height ${closesHeight}` : "";
    return `${escrowed}${denom} are held until the challenge window closes${when}; then \`aivmd query reward breakdown ${inference.requestId}\` shows who was paid`;
  }
  return terminal.table(
    [{ title: "to" }, { title: "amount", align: "right" }, { title: "address" }],
    breakdown.payouts.map(({ role, address, amount }) => [
      shortName(PayoutRoleNames, role).toLowerCase().replaceAll("_", " "),
      `${amount}${denom}`,
      address,
    ]),
  );
}
