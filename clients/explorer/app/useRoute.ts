import { useEffect, useState } from "preact/hooks";
import { parseRoute, type Route } from "../route/route.js";

/** The page that the address names; follows links, and the browser's back and forward. */
export function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const follow = (): void => {
      setHash(location.hash);
      scrollTo(0, 0);
    };
    addEventListener("hashchange", follow);
    return () => {
      removeEventListener("hashchange", follow);
    };
  }, []);
  return parseRoute(hash);
}
