import type { JSX } from "preact";
import { useRead } from "../../chain/useRead.js";
import { formatCoin } from "../../format/amount.js";
import { type PlainValues, quote } from "#sdk/index.js";

/** What asking will cost, as the chain quotes it: exactly that is charged. */
export function PriceLine({
  name,
  values,
}: {
  readonly name: string;
  readonly values: PlainValues | undefined;
}): JSX.Element {
  // Quotes depend on an input's size alone; its text stands for that.
  const size = values === undefined ? 0 : JSON.stringify(values, sizeOnly).length;
  const reading = useRead(`quote/${name}/${size}`, (rpc, signal) =>
    values === undefined
      ? Promise.resolve(undefined)
      : quote(rpc, { kernel: name, input: values }, { signal }),
  );
  if (reading.state !== "ready" || reading.value === undefined) {
    return <span class="faint">the price shows when the form is filled</span>;
  }
  return (
    <span>
      costs <strong>{formatCoin(reading.value.price)}</strong>
    </span>
  );
}

/** Numbers have one size whatever their digits. */
function sizeOnly(_: string, value: unknown): unknown {
  return typeof value === "number" ? 0 : value;
}
