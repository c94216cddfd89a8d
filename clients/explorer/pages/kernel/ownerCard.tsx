import type { JSX } from "preact";
import type { QueryAccessResponse, RoyaltyShare } from "#core/codec/generated/aivm/kernel/v1.js";
import { Card } from "../../ui/card.js";
import { Facts } from "../../ui/facts.js";
import { AccountLink, PageLink } from "../../ui/links.js";
import type { KernelState } from "./readKernel.js";

const BPS_PER_PERCENT = 100;

/** What the owner has decided: who may run the kernel, and with whom its fee is shared. */
export function OwnerCard({ state }: { readonly state: KernelState }): JSX.Element {
  const { kernel, access, royalties } = state;
  return (
    <Card title="What its owner decides">
      <Facts
        facts={[
          ["Owner", <AccountLink key="o" address={kernel.owner} />],
          ["May be run by", <Runners key="r" access={access} />],
          ["Author’s fee goes to", <Shares key="s" shares={royalties} />],
        ]}
      />
    </Card>
  );
}

function Runners({ access }: { readonly access: QueryAccessResponse }): JSX.Element {
  if (!access.restricted) return <>everybody</>;
  return (
    <>
      the owner
      {access.allowed.map((address) => (
        <span key={address}>
          , <AccountLink address={address} />
        </span>
      ))}
    </>
  );
}

function Shares({ shares }: { readonly shares: readonly RoyaltyShare[] }): JSX.Element {
  const shared = shares.reduce((sum, { bps }) => sum + bps, 0);
  return (
    <>
      {percent(100 * BPS_PER_PERCENT - shared)} the owner
      {shares.map(({ address, kernel, bps }) => (
        <span key={`${address}${kernel}`}>
          , {percent(bps)}{" "}
          {kernel === "" ? (
            <AccountLink address={address} />
          ) : (
            <>
              the owner of <PageLink to={{ page: "kernel", name: kernel }}>{kernel}</PageLink>
            </>
          )}
        </span>
      ))}
    </>
  );
}

function percent(bps: number): string {
  return `${bps / BPS_PER_PERCENT} %`;
}
