import { expect, test } from "vitest";
import { untilSeen } from "./untilSeen.js";

/** A page that the test shows and hides. */
class FakePage extends EventTarget {
  visibilityState: DocumentVisibilityState = "hidden";

  turn(state: DocumentVisibilityState): void {
    this.visibilityState = state;
    this.dispatchEvent(new Event("visibilitychange"));
  }
}

const turn = (): Promise<void> => new Promise((settle) => setImmediate(settle));

async function begin(page: FakePage, signal: AbortSignal): Promise<{ isOver: boolean }> {
  const stand = { isOver: false };
  void untilSeen(page as unknown as Document, signal).then(() => (stand.isOver = true));
  await turn();
  return stand;
}

test("a page that is seen is not waited for, a hidden one until it is seen", async () => {
  const { signal } = new AbortController();
  const page = new FakePage();
  const stand = await begin(page, signal);
  page.turn("hidden");
  await turn();
  expect(stand.isOver).toBe(false);
  page.turn("visible");
  await turn();
  expect(stand.isOver).toBe(true);
  expect(await begin(page, signal)).toEqual({ isOver: true });
});

test("nobody waits for a page that was left", async () => {
  const stop = new AbortController();
  const stand = await begin(new FakePage(), stop.signal);
  stop.abort();
  await turn();
  expect(stand.isOver).toBe(true);
});
