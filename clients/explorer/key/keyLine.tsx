import type { JSX } from "preact";
import { balance } from "#sdk/index.js";
import { useRead } from "../chain/useRead.js";
import { formatUnes } from "../format/amount.js";
import { useTestKey } from "./keyContext.js";

const EVERY_MS = 3_000;

/** What the test key has, and the way to its page. */
export function KeyLine(): JSX.Element {
  const { key } = useTestKey();
  const address = key?.signer.address ?? "";
  const reading = useRead(
    `balance/${address}`,
    (rpc, signal) => balance(rpc, { address, denom: "unes" }, { signal }),
    { everyMs: EVERY_MS },
  );
  const has = reading.state === "ready" ? reading.value : undefined;
  return (
    <a href="#/key" class={has === 0n ? "key-line key-empty" : "key-line"}>
      test key{has === undefined ? "" : has === 0n ? " is empty: fund it" : `: ${formatUnes(has)}`}
    </a>
  );
}
