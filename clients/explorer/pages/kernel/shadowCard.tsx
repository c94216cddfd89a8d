import type { JSX } from "preact";
import {
  ShadowEndNames,
  type ShadowPolicy,
  type ShadowRun,
  ShadowStatus,
  ShadowStatusNames,
} from "#core/codec/generated/aivm/kernel/v1.js";
import type { ShadowRuns } from "#sdk/index.js";
import { shortName } from "#sdk/index.js";
import { spokenName } from "../../format/short.js";
import { Card } from "../../ui/card.js";
import { DataTable } from "../../ui/dataTable.js";
import { meanText, shareText } from "./shadowFigures.js";

/** What versions showed beside the head; nothing of a kernel that never let one. */
export function ShadowCard({ shadows }: { readonly shadows: ShadowRuns }): JSX.Element | null {
  const { policy, runs } = shadows;
  if (policy === undefined && runs.length === 0) return null;
  return (
    <Card title="Beside the head">
      {policy !== undefined && <p>{policyText(policy)}</p>}
      <DataTable
        label="shadow runs"
        columns={[
          { title: "Version", align: "right", cell: ({ number }) => number.toString() },
          { title: "State", cell: stateText },
          {
            title: "Answered",
            align: "right",
            cell: (run) => `${run.answered} of ${run.requests}`,
          },
          {
            title: "As the head",
            align: "right",
            cell: (run) => shareText(run.agreed, run.answered + run.noAgreement),
          },
          pairColumn("Blocks", (run) => [run.headBlocks, run.shadowBlocks]),
          pairColumn("Gas", (run) => [run.headGas, run.shadowGas]),
          pairColumn("Price", (run) => [BigInt(run.headPrice), BigInt(run.shadowPrice)]),
        ]}
        rows={runs}
        rowKey={({ number }) => number.toString()}
        empty="No version ever ran beside the head."
      />
    </Card>
  );
}

/** Means over the answered requests, of the head and of the version. */
function pairColumn(
  title: string,
  sums: (run: ShadowRun) => readonly [bigint, bigint],
): {
  readonly title: string;
  readonly align: "right";
  readonly wideOnly: true;
  readonly cell: (run: ShadowRun) => string;
} {
  return {
    title: `${title}, head / it`,
    align: "right",
    wideOnly: true,
    cell: (run) =>
      sums(run)
        .map((sum) => meanText(sum, run.answered))
        .join(" / "),
  };
}

function policyText({ minRequests, minAgreementBps }: ShadowPolicy): string {
  return `A version takes the head’s place when ${minRequests} requests and more were answered beside it, ${shareText(minAgreementBps, 10_000)} of them as the head did.`;
}

function stateText({ status, end }: ShadowRun): string {
  return status === ShadowStatus.ENDED
    ? spokenName(shortName(ShadowEndNames, end))
    : spokenName(shortName(ShadowStatusNames, status));
}
