import type { Batch } from "#core/codec/generated/aivm/inference/v1.js";
import { toHex } from "#core/primitives/bytes.js";
import type { Inference } from "#sdk/inference/awaitInference.js";
import type { AccountNames } from "./payments.js";

/** The course of an answer as lines: which block did what. */
export function courseRows({ trace }: Inference): string[][] {
  const { requestHeight, drawHeight, frozenHeight, resultHeight, members } = trace;
  const relative = (height: bigint): string =>
    height === requestHeight ? "R" : `R+${height - requestHeight}`;
  const committed = members.filter(({ commitHeight }) => commitHeight !== undefined).length;
  const revealed = members.filter(({ revealHeight }) => revealHeight !== undefined).length;
  const steps: ReadonlyArray<readonly [height: bigint | undefined, what: string]> = [
    [requestHeight, "the request is in a block: its price is in escrow, it joins the queue"],
    [drawHeight, `the beacon draws a committee of ${members.length}; its members run the kernel`],
    [
      frozenHeight,
      `${committed} commitments are in, inside vote extensions; nobody sees an answer`,
    ],
    [resultHeight, `${revealed} reveals are in and open them; the agreed answer is in the state`],
  ];
  return steps.flatMap(([height, what]) =>
    height === undefined ? [] : [[height.toString(), relative(height), what]],
  );
}

/** Rows of a table: who committed and revealed when, what digest, and whether it was agreed on. */
export function memberRows({ trace }: Inference, batch: Batch, names: AccountNames): string[][] {
  return trace.members.map((member) => {
    const seat = batch.seats.find((one) => toHex(one.consensusAddress) === member.consensusAddress);
    return [
      names.get(member.operator) ?? member.operator,
      member.power.toString(),
      member.commitHeight?.toString() ?? "–",
      member.revealHeight?.toString() ?? "–",
      seat === undefined || seat.batchRoot.length === 0 ? "–" : `${shortHex(seat.batchRoot)}…`,
      member.verdict === "right" ? "agrees" : member.verdict,
    ];
  });
}

function shortHex(bytes: Uint8Array): string {
  return toHex(bytes.subarray(0, 6));
}
