import type { Command } from "commander";
import {
  type ShadowEnd,
  ShadowEndNames,
  type ShadowPolicy,
  ShadowRun,
  ShadowStatus,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { toJson } from "#core/codec/json.js";
import { toHex } from "#core/primitives/bytes.js";
import { shortName } from "#core/codec/shortName.js";
import { shadowRuns, type ShadowRuns } from "#sdk/kernel/shadowRuns.js";
import { addExamples, addNodeFlag } from "../../flags.js";
import type { CommandIo } from "../../io.js";
import type { Terminal } from "../../terminal/terminal.js";
import { CLIENT_TYPES } from "../query/clientTypes.js";
import { rpcOf, runsOnline } from "../query/connection.js";

/** Adds `kernel shadow`. */
export function addShadow(kernel: Command, io: CommandIo): void {
  const command = kernel
    .command("shadow")
    .argument("<name>", "name of a kernel")
    .summary("show what versions did beside the head")
    .description(
      "Shows the latest shadow run of every version of a kernel: how many answers were the head's own, and what an answer took of both, in blocks from the draw, gas and price. Means are over the answered requests.",
    );
  addExamples(addNodeFlag(command), "aivmd kernel shadow digits");
  runsOnline(command, io, async (session, _flags, [name = ""]) => {
    const found = await shadowRuns(rpcOf(session), name);
    session.terminal.show(shadowJson(found), () => shadowText(session.terminal, found));
  });
}

function shadowJson({ policy, runs }: ShadowRuns): object {
  return {
    policy:
      policy === undefined
        ? null
        : { min_requests: policy.minRequests, min_agreement_bps: policy.minAgreementBps },
    runs: runs.map((run) => toJson(ShadowRun, run, CLIENT_TYPES)),
  };
}

function shadowText(terminal: Terminal, { policy, runs }: ShadowRuns): string {
  const asked = `policy: ${policyText(policy)}\n`;
  if (runs.length === 0) return `${asked}no version ever ran beside the head`;
  const right = { align: "right" } as const;
  const table = terminal.table(
    [
      { title: "version", ...right },
      { title: "state" },
      { title: "requests", ...right },
      { title: "agreed", ...right },
      { title: "failed", ...right },
      { title: "blocks, head / shadow", ...right },
      { title: "gas, head / shadow", ...right },
      { title: "price, head / shadow", ...right },
      { title: "beside" },
    ],
    runs.map(rowOf),
  );
  return `${asked}\n${table}`;
}

function policyText(policy: ShadowPolicy | undefined): string {
  if (policy === undefined) return "any active version becomes the head";
  const { minRequests, minAgreementBps } = policy;
  return `${minRequests} answered requests, of which ${percent(minAgreementBps, 10_000)} are the head's own answers`;
}

function rowOf(run: ShadowRun): string[] {
  const measured = run.answered + run.noAgreement;
  const mean = (sum: bigint): string => meanText(sum, run.answered);
  return [
    String(run.number),
    stateText(run),
    `${run.answered} of ${run.requests}`,
    measured === 0 ? "-" : `${run.agreed} (${percent(run.agreed, measured)})`,
    failures(run),
    `${mean(run.headBlocks)} / ${mean(run.shadowBlocks)}`,
    `${mean(run.headGas)} / ${mean(run.shadowGas)}`,
    `${mean(BigInt(run.headPrice))} / ${mean(BigInt(run.shadowPrice))}`,
    toHex(run.headVersionId).slice(0, 8),
  ];
}

/** What did not come to an answer, and what did and is the kernel's own failure. */
function failures({ kernelFailed, noAgreement, dropped }: ShadowRun): string {
  const parts = [
    [kernelFailed, "failed"],
    [noAgreement, "disagreed"],
    [dropped, "dropped"],
  ] as const;
  const there = parts.filter(([count]) => count > 0);
  return there.length === 0 ? "-" : there.map(([count, what]) => `${count} ${what}`).join(", ");
}

const STATES: ReadonlyMap<ShadowStatus, string> = new Map([
  [ShadowStatus.RUNNING, "running"],
  [ShadowStatus.DRAINING, "draining"],
]);

function stateText({ status, end }: ShadowRun): string {
  return STATES.get(status) ?? endText(end);
}

/** `SHADOW_END_HEAD_MOVED` as `head moved`. */
function endText(end: ShadowEnd): string {
  return shortName(ShadowEndNames, end).replaceAll("_", " ").toLowerCase();
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(1)} %`;
}

/** A mean with one decimal where it is not whole; "-" of nothing. */
function meanText(sum: bigint, count: number): string {
  if (count === 0) return "-";
  const tenths = (sum * 10n) / BigInt(count);
  const rest = tenths % 10n;
  return rest === 0n ? String(tenths / 10n) : `${tenths / 10n}.${rest}`;
}
