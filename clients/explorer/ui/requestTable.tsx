import type { JSX } from "preact";
import type { Request } from "#core/codec/generated/aivm/inference/v1.js";
import { requestStatus } from "../chain/requestList.js";
import { Badge } from "./badge.js";
import { type Column, DataTable } from "./dataTable.js";
import { AccountLink, BlockLink, PageLink } from "./links.js";
import { VersionName } from "./versionName.js";

/** Requests, newest first. */
export function RequestTable({
  requests,
  withRequester,
}: {
  readonly requests: readonly Request[];
  readonly withRequester: boolean;
}): JSX.Element {
  const requester: Column<Request> = {
    title: "Requester",
    wideOnly: true,
    cell: ({ requester: address }) => <AccountLink address={address} />,
  };
  const columns: ReadonlyArray<Column<Request>> = [
    {
      title: "Request",
      cell: ({ id }) => <PageLink to={{ page: "request", id }}>{`r${id}`}</PageLink>,
    },
    { title: "Kernel", cell: ({ versionId }) => <VersionName id={versionId} /> },
    ...(withRequester ? [requester] : []),
    { title: "Block", align: "right", cell: ({ height }) => <BlockLink height={height} /> },
    { title: "Status", cell: (request) => <Badge status={requestStatus(request)} /> },
  ];
  return (
    <DataTable
      label="requests"
      columns={columns}
      rows={requests}
      rowKey={({ id }) => String(id)}
      empty={
        <>
          Nobody has asked anything yet. <a href="#/market">Try a kernel</a>: the answer takes a few
          blocks.
        </>
      }
    />
  );
}
