import type { JSX } from "preact";
import { type LatestBlocks, meanBlockMs } from "../../chain/blockSummaries.js";
import type { ValidatorList } from "../../chain/validatorList.js";
import { groupDigits } from "../../format/amount.js";

/** The chain in five figures. */
export function Figures({
  latest,
  validators,
  requests,
}: {
  readonly latest: LatestBlocks;
  readonly validators: ValidatorList | undefined;
  /** Id of the newest request, which is their number. */
  readonly requests: bigint | undefined;
}): JSX.Element {
  const meanMs = meanBlockMs(latest.blocks);
  const signing = validators?.all.filter(({ power }) => power > 0n).length;
  const figures: ReadonlyArray<readonly [string, string]> = [
    ["Chain", latest.node.chainId],
    ["Height", groupDigits(latest.node.latestHeight)],
    ["Block time", meanMs === undefined ? "–" : `${(meanMs / 1_000).toFixed(2)} s`],
    ["Validators", signing === undefined ? "–" : String(signing)],
    ["Requests", requests === undefined ? "–" : groupDigits(requests)],
  ];
  return (
    <dl class="figures">
      {figures.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
