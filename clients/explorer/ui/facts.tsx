import type { ComponentChildren, JSX } from "preact";

/** A name and what it stands for. */
export type Fact = readonly [name: string, value: ComponentChildren];

/** Facts below one another, names aligned. */
export function Facts({ facts }: { readonly facts: readonly Fact[] }): JSX.Element {
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
