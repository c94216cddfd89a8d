import type { JSX } from "preact";
import type { PlainValues } from "#sdk/index.js";
import { type OutputShape, outputShape } from "./outputShape.js";

/** The outputs of a run, each as it reads best. */
export function OutputsView({ outputs }: { readonly outputs: PlainValues }): JSX.Element {
  return (
    <div class="outputs">
      {Object.entries(outputs).map(([name, value]) => (
        <figure key={name} class="output">
          <figcaption>{name}</figcaption>
          <Output shape={outputShape(value)} />
        </figure>
      ))}
    </div>
  );
}

function Output({ shape }: { readonly shape: OutputShape }): JSX.Element {
  switch (shape.kind) {
    case "single":
      return <p class={shape.text.length > 12 ? "output-long" : "output-single"}>{shape.text}</p>;
    case "list":
      return <p class="output-list">{shape.texts.join(", ")}</p>;
    case "distribution":
      return <Bars shares={shape.shares} top={shape.top} />;
  }
}

function Bars({
  shares,
  top,
}: {
  readonly shares: readonly number[];
  readonly top: number;
}): JSX.Element {
  return (
    <ol class="bars" start={0}>
      {shares.map((share, index) => (
        <li key={index} class={index === top ? "bar bar-top" : "bar"}>
          <span class="bar-name">{index}</span>
          <span class="bar-track" aria-hidden="true">
            <span style={{ width: `${share * 100}%` }} />
          </span>
          <span class="bar-value">{(share * 100).toFixed(1)} %</span>
        </li>
      ))}
    </ol>
  );
}
