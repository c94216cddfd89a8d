import type { JSX } from "preact";
import { Failure } from "./notice.js";

/** A page of something that could not be read: what it would have been, and why not. */
export function FailedPage({
  title,
  error,
}: {
  readonly title: string;
  readonly error: unknown;
}): JSX.Element {
  return (
    <>
      <h1>{title}</h1>
      <Failure error={error} />
    </>
  );
}
