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
  // Quotes depend on the sizes and the shapes of an input alone.
  const size = values === undefined ? "" : JSON.stringify(values, sizeOnly);
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

/** Lists of numbers are as many as they are, whatever their digits; texts as many bytes. */
function sizeOnly(_: string, value: unknown): unknown {
  if (typeof value === "string") return new TextEncoder().encode(value).length;
  if (typeof value === "number") return 0;
  const isList = Array.isArray(value) && value.every((one) => typeof one === "number");
  return isList ? value.length : value;
}
