import type { JSX } from "preact";
import { Notice } from "../ui/notice.js";

/** What is shown for an address that names no page. */
export function UnknownPage({ path }: { readonly path: string }): JSX.Element {
  return (
    <>
      <h1>Nothing here</h1>
      <Notice tone="warn">
        <code>{path}</code> is no page of the explorer. Search above for a height, a transaction’s
        hash, an address, a request such as <code>r7</code>, or a kernel’s name.
      </Notice>
    </>
  );
}
