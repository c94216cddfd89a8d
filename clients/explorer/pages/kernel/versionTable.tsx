import type { JSX } from "preact";
import {
  type Version,
  VersionStatus,
  VersionStatusNames,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { shortName, toHex } from "#sdk/index.js";
import { Badge } from "../../ui/badge.js";
import { DataTable } from "../../ui/dataTable.js";
import { BlockLink, Hex } from "../../ui/links.js";

/** The versions of a kernel, the newest first. */
export function VersionTable({
  versions,
  headId,
}: {
  readonly versions: readonly Version[];
  readonly headId: Uint8Array;
}): JSX.Element {
  return (
    <DataTable
      label="versions"
      columns={[
        {
          title: "Version",
          cell: ({ id, number }) => (
            <>
              v{number.toString()} {toHex(id) === toHex(headId) && <span class="faint">head</span>}
            </>
          ),
        },
        {
          title: "Status",
          cell: (version) => <Stand version={version} />,
        },
        {
          title: "Block",
          align: "right",
          cell: ({ publishedHeight: h }) => <BlockLink height={h} />,
        },
        { title: "Id", wideOnly: true, cell: ({ id }) => <Hex hex={toHex(id)} /> },
        { title: "Reason", wideOnly: true, cell: ({ reason }) => reason },
      ]}
      rows={versions}
      rowKey={({ id }) => toHex(id)}
      empty="No version was published yet."
    />
  );
}

/** The status, and what it waits for where that is not to be seen from it. */
function Stand({ version }: { readonly version: Version }): JSX.Element {
  const { status, suspendedUntil, validationAttempts, validationHeight } = version;
  const isPostponed =
    status === VersionStatus.VALIDATING && validationHeight > version.publishedHeight;
  return (
    <>
      <Badge status={shortName(VersionStatusNames, status)} />{" "}
      {isPostponed && (
        <span class="faint">
          {validationAttempts} attempts begun, postponed to block {validationHeight.toString()}
        </span>
      )}
      {suspendedUntil > 0n && (
        <span class="faint">suspended until block {suspendedUntil.toString()}</span>
      )}
    </>
  );
}
