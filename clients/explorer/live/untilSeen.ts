/**
 * Settles when the page is seen: nobody is asked for what nobody looks at. At once when aborted.
 */
export async function untilSeen(
  page: Pick<Document, "visibilityState" | "addEventListener" | "removeEventListener">,
  signal: AbortSignal,
): Promise<void> {
  if (page.visibilityState !== "hidden" || signal.aborted) return;
  await new Promise<void>((settle) => {
    const look = (): void => {
      if (page.visibilityState === "hidden" && !signal.aborted) return;
      page.removeEventListener("visibilitychange", look);
      signal.removeEventListener("abort", look);
      settle();
    };
    page.addEventListener("visibilitychange", look);
    signal.addEventListener("abort", look);
  });
}
