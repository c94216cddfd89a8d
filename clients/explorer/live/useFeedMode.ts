import { useEffect, useState } from "preact/hooks";
import { useChain } from "../chain/chainContext.js";
import type { FeedMode } from "./heightFeed.js";

/** How the page hears of new blocks, as it changes. */
export function useFeedMode(): FeedMode {
  const { feed } = useChain();
  const [mode, setMode] = useState(feed.mode);
  useEffect(() => {
    const look = (): void => {
      setMode(feed.mode);
    };
    look();
    return feed.subscribe(look);
  }, [feed]);
  return mode;
}
