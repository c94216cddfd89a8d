import type { JSX } from "preact";
import { type Breakdown, PayoutRole } from "#core/codec/generated/aivm/reward/v1.js";
import { formatUnes } from "../../format/amount.js";
import { DataTable } from "../../ui/dataTable.js";
import { AccountLink } from "../../ui/links.js";

const ROLES: ReadonlyMap<PayoutRole, string> = new Map([
  [PayoutRole.MEMBER, "member that agreed"],
  [PayoutRole.OWNER, "owner of the kernel"],
  [PayoutRole.ROYALTY, "share of what the owner earns"],
  [PayoutRole.PROTOCOL, "validators and delegators, by power"],
  [PayoutRole.COMMUNITY_POOL, "community pool"],
  [PayoutRole.REFUND, "back to the requester"],
]);

/** Where every coin of the escrow went. */
export function PayoutTable({ breakdown }: { readonly breakdown: Breakdown }): JSX.Element {
  return (
    <DataTable
      label="payments"
      columns={[
        { title: "As", wraps: true, cell: ({ role }) => ROLES.get(role) ?? "" },
        {
          title: "To",
          cell: ({ address }) =>
            address === "" ? (
              <span class="faint">module account</span>
            ) : (
              <AccountLink address={address} />
            ),
        },
        { title: "Amount", align: "right", cell: ({ amount }) => formatUnes(amount) },
      ]}
      rows={breakdown.payouts}
      rowKey={({ role, address }) => `${role}/${address}`}
      empty="Nothing was paid."
    />
  );
}
