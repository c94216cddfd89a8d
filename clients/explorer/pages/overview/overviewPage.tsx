import type { JSX } from "preact";
import { useRead } from "../../chain/useRead.js";
import { type LatestBlocks, latestBlocks } from "../../chain/blockSummaries.js";
import { latestRequests } from "../../chain/requestList.js";
import { readValidators } from "../../chain/validatorList.js";
import { BlockTable } from "../../ui/blockTable.js";
import { Card } from "../../ui/card.js";
import { Failure } from "../../ui/notice.js";
import { ReadingView } from "../../ui/readingView.js";
import { RequestTable } from "../../ui/requestTable.js";
import { ValidatorTable } from "../../ui/validatorTable.js";
import { Figures } from "./figures.js";
import { Welcome } from "./welcome.js";

const BLOCKS_SHOWN = 10;
const REQUESTS_SHOWN = 6;
const SLOWLY_MS = 8_000;

/** The first page: the chain as it lives. */
export function OverviewPage(): JSX.Element {
  const blocks = useRead(
    "blocks",
    (rpc, signal, before: LatestBlocks | undefined) =>
      latestBlocks(rpc, BLOCKS_SHOWN, { signal, before }),
    {
      isLive: true,
    },
  );
  const validators = useRead("validators", readValidators, { everyMs: SLOWLY_MS });
  const requests = useRead(
    "requests",
    (rpc, signal) => latestRequests(rpc, { count: REQUESTS_SHOWN }, signal),
    { isLive: true },
  );
  const list = validators.state === "ready" ? validators.value : undefined;
  // One word of it is enough: nothing else can be read then either.
  if (blocks.state === "failed") return <Unread error={blocks.error} />;
  return (
    <>
      <Welcome />
      {blocks.state === "ready" && (
        <Figures latest={blocks.value} validators={list} requests={newestOf(requests)} />
      )}
      <div class="columns">
        <Card title="Latest blocks">
          <ReadingView reading={blocks} lines={8}>
            {(latest) => <BlockTable blocks={latest.blocks} validators={list} />}
          </ReadingView>
        </Card>
        <Card title="Latest requests">
          <ReadingView reading={requests}>
            {(all) => <RequestTable requests={all} withRequester={false} />}
          </ReadingView>
        </Card>
      </div>
      <Card title="Validators">
        <ReadingView reading={validators}>{(all) => <ValidatorTable list={all} />}</ReadingView>
      </Card>
    </>
  );
}

function Unread({ error }: { readonly error: unknown }): JSX.Element {
  return (
    <>
      <Welcome />
      <Failure error={error} />
    </>
  );
}

function newestOf(
  requests: ReturnType<typeof useRead<Awaited<ReturnType<typeof latestRequests>>>>,
): bigint | undefined {
  return requests.state === "ready" ? (requests.value[0]?.id ?? 0n) : undefined;
}
