import type { JSX } from "preact";
import { type Version, VersionStatusNames } from "#core/codec/generated/aivm/kernel/v1.js";
import { toHex } from "#sdk/index.js";
import { enumName } from "../../chain/enumName.js";
import { equalBytes } from "../../format/equalBytes.js";
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
              v{number.toString()} {equalBytes(id, headId) && <span class="faint">head</span>}
            </>
          ),
        },
        {
          title: "Status",
          cell: ({ status }) => <Badge status={enumName(VersionStatusNames, status)} />,
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
