import type { JSX } from "preact";
import { useTestKey } from "../key/keyContext.js";
import { formatUnes } from "../format/amount.js";
import { useBalance } from "./accountBalance.js";
import { usePayer } from "./payerContext.js";

/** What the account that pays has, and the way to its page. */
export function PayerLine(): JSX.Element {
  const { chosen, payer } = usePayer();
  const { key } = useTestKey();
  const name = chosen === "keplr" ? "Keplr" : "test key";
  const address = payer?.signer.address ?? key?.signer.address ?? "";
  const reading = useBalance(address);
  const has = payer !== undefined && reading.state === "ready" ? reading.value : undefined;
  return (
    <a href="#/key" class={has === 0n ? "key-line key-empty" : "key-line"}>
      {name}
      {has === undefined ? "" : has === 0n ? " is empty: fund it" : `: ${formatUnes(has)}`}
    </a>
  );
}
