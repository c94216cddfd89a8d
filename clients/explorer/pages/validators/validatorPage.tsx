import type { JSX } from "preact";
import { useRead } from "../../chain/useRead.js";
import { formatUnes, groupDigits } from "../../format/amount.js";
import { Badge } from "../../ui/badge.js";
import { Card } from "../../ui/card.js";
import { FailedPage } from "../../ui/failedPage.js";
import { Facts } from "../../ui/facts.js";
import { AccountLink, BlockLink, Hex } from "../../ui/links.js";
import { ReadingView } from "../../ui/readingView.js";
import { shareOf } from "../../ui/validatorTable.js";
import { FaultTable } from "./faultTable.js";
import { readValidator, type ValidatorState } from "./readValidator.js";

const EVERY_MS = 6_000;

/** A validator: its stake, how it does as a provider, its faults and its delegators' rewards. */
export function ValidatorPage({ operator }: { readonly operator: string }): JSX.Element {
  const reading = useRead(
    `validator/${operator}`,
    (rpc, signal) => readValidator(rpc, operator, signal),
    { everyMs: EVERY_MS },
  );
  if (reading.state === "failed") return <FailedPage title="Validator" error={reading.error} />;
  return (
    <ReadingView reading={reading} lines={8}>
      {(state) => (
        <>
          <div class="page-head">
            <h1>{state.summary.moniker}</h1>
            <Badge status={state.summary.status} />
          </div>
          <p class="address">
            <code>{operator}</code>
          </p>
          <div class="columns">
            <Card title="Stake">
              <StakeFacts state={state} />
            </Card>
            <Card title="Inference">
              <ProviderFacts state={state} />
            </Card>
          </div>
          <Card title="Faults">
            <FaultTable faults={state.faults} />
          </Card>
        </>
      )}
    </ReadingView>
  );
}

const COMMISSION_PER_PERCENT = 10n ** 16n;

function StakeFacts({ state }: { readonly state: ValidatorState }): JSX.Element {
  const { summary, totalPower, account, reward } = state;
  return (
    <Facts
      facts={[
        ["Account", <AccountLink key="a" address={account} />],
        ["Stake", formatUnes(summary.tokens)],
        ["Share of power", shareOf(summary.power, totalPower)],
        ["Commission", `${BigInt(summary.commission) / COMMISSION_PER_PERCENT} %`],
        ["Own unpaid reward", reward === undefined ? "–" : formatUnes(reward)],
        ["Signs as", <Hex key="c" hex={summary.consensusAddress ?? ""} />],
      ]}
    />
  );
}

function ProviderFacts({
  state: { load, provider },
}: {
  readonly state: ValidatorState;
}): JSX.Element {
  return (
    <Facts
      facts={[
        ["Runs kernels", provider === undefined ? "no" : "yes"],
        ["Available", load === undefined ? "–" : load.unavailable ? "no" : "yes"],
        ["Open batches", load === undefined ? "–" : load.openBatches],
        ["Reserved gas", load === undefined ? "–" : groupDigits(load.reservedGas)],
        ["Faults that count", load === undefined ? "–" : load.recentFaults],
        [
          "VRF key since",
          provider === undefined ? "–" : <BlockLink key="v" height={provider.vrfEffectiveHeight} />,
        ],
      ]}
    />
  );
}
