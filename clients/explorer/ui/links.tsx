import type { ComponentChildren, JSX } from "preact";
import { shortText } from "../format/short.js";
import { hrefOf, type Route } from "../route/route.js";

/** A link to a page of the explorer. */
export function PageLink({
  to,
  children,
  title,
}: {
  readonly to: Route;
  readonly children: ComponentChildren;
  readonly title?: string;
}): JSX.Element {
  return (
    <a href={hrefOf(to)} title={title}>
      {children}
    </a>
  );
}

/** An account's address, shortened, leading to its page. */
export function AccountLink({ address }: { readonly address: string }): JSX.Element {
  return (
    <PageLink to={{ page: "account", address }} title={address}>
      <code>{shortText(address)}</code>
    </PageLink>
  );
}

/** A height, leading to its block. */
export function BlockLink({ height }: { readonly height: bigint }): JSX.Element {
  return (
    <PageLink to={{ page: "block", height }}>
      <span class="number">{height.toString()}</span>
    </PageLink>
  );
}

/** Bytes in hex, shortened; the whole is shown when it is pointed at. */
export function Hex({
  hex,
  head = 12,
}: {
  readonly hex: string;
  readonly head?: number;
}): JSX.Element {
  return hex === "" ? (
    <span class="faint">–</span>
  ) : (
    <code title={hex}>{shortText(hex, head)}</code>
  );
}
