import type { JSX } from "preact";
import type { FeedMode } from "./heightFeed.js";
import { useFeedMode } from "./useFeedMode.js";

const SAID: Readonly<Record<FeedMode, readonly [text: string, title: string]>> = {
  websocket: ["live", "the node announces every block over a websocket"],
  polling: ["every second", "there is no websocket just now, so the node is asked again and again"],
  down: ["no answer", "the node does not answer just now; this page goes on trying"],
};

/** How the page hears of new blocks. */
export function FeedBadge(): JSX.Element {
  const mode = useFeedMode();
  const [text, title] = SAID[mode];
  return (
    <span class={`feed feed-${mode}`} data-feed={mode} title={title} role="status">
      <span class="feed-dot" aria-hidden="true" />
      {text}
      <span class="sr-only">: {title}</span>
    </span>
  );
}
