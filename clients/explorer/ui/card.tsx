import type { ComponentChildren, JSX } from "preact";

/** A part of a page with its heading. */
export function Card({
  title,
  aside,
  children,
}: {
  readonly title: string;
  /** Beside the heading: a figure or a link. */
  readonly aside?: ComponentChildren;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <section class="card">
      <header class="card-head">
        <h2>{title}</h2>
        {aside !== undefined && <div class="card-aside">{aside}</div>}
      </header>
      {children}
    </section>
  );
}
