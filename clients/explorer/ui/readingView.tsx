import type { ComponentChildren, JSX } from "preact";
import type { Reading } from "../chain/useRead.js";
import { Failure, Notice } from "./notice.js";

/** Shows what was read, or that it is being read, or why it cannot be. */
export function ReadingView<T>({
  reading,
  children,
  lines = 4,
}: {
  readonly reading: Reading<T>;
  readonly children: (value: T) => ComponentChildren;
  /** Lines of the placeholder. */
  readonly lines?: number;
}): JSX.Element {
  switch (reading.state) {
    case "loading":
      return <Placeholder lines={lines} />;
    case "failed":
      return <Failure error={reading.error} />;
    case "ready":
      return (
        <>
          {reading.stale !== undefined && (
            <Notice tone="warn">
              The endpoint does not answer just now; this is what it said last.
            </Notice>
          )}
          {children(reading.value)}
        </>
      );
  }
}

function Placeholder({ lines }: { readonly lines: number }): JSX.Element {
  return (
    <div class="placeholder" role="status" aria-label="loading">
      {Array.from({ length: lines }, (_, index) => (
        <span key={index} />
      ))}
    </div>
  );
}
