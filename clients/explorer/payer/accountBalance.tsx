import type { JSX } from "preact";
import { balance } from "#sdk/index.js";
import { type Reading, useRead } from "../chain/useRead.js";
import { formatUnes } from "../format/amount.js";

/** What an account has, in unes, as it changes. */
export function useBalance(address: string): Reading<bigint> {
  return useRead(
    `balance/${address}`,
    (rpc, signal) => balance(rpc, { address, denom: "unes" }, { signal }),
    { isLive: true },
  );
}

/** What an account has; nothing until it is known. */
export function AccountBalance({ address }: { readonly address: string }): JSX.Element {
  const reading = useBalance(address);
  return <span class="number">{reading.state === "ready" ? formatUnes(reading.value) : ""}</span>;
}
