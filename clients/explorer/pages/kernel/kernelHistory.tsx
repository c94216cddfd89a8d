import type { JSX } from "preact";
import { latestRequests } from "../../chain/requestList.js";
import { useRead } from "../../chain/useRead.js";
import { toHex } from "#sdk/index.js";
import { Card } from "../../ui/card.js";
import { ReadingView } from "../../ui/readingView.js";
import { RequestTable } from "../../ui/requestTable.js";

const LOOKED_AT = 100;
const SHOWN = 10;
/** The latest requests of a kernel. */
export function KernelHistory({
  versionIds,
}: {
  readonly versionIds: readonly Uint8Array[];
}): JSX.Element {
  const own = new Set(versionIds.map(toHex));
  const reading = useRead(
    `history/${[...own].join()}`,
    (rpc, signal) => latestRequests(rpc, { count: LOOKED_AT }, signal),
    { isLive: true },
  );
  return (
    <Card title="Latest requests">
      <ReadingView reading={reading}>
        {(all) => {
          const mine = all.filter(({ versionId }) => own.has(toHex(versionId))).slice(0, SHOWN);
          return <RequestTable requests={mine} withRequester />;
        }}
      </ReadingView>
    </Card>
  );
}
