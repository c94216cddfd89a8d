import type { ComponentChildren, JSX } from "preact";
import { explain } from "./explain.js";

/** Something that people should know, in a box; announced by screen readers when it is a failure. */
export function Notice({
  tone = "plain",
  children,
}: {
  readonly tone?: "plain" | "bad" | "good" | "warn";
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <div class={`notice notice-${tone}`} role={tone === "bad" ? "alert" : "status"}>
      {children}
    </div>
  );
}

/** A failure with what to do about it. */
export function Failure({ error }: { readonly error: unknown }): JSX.Element {
  const { what, advice } = explain(error);
  return (
    <Notice tone="bad">
      <strong>{what}</strong> {advice}
    </Notice>
  );
}
