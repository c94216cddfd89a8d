import { useEffect, useState } from "preact/hooks";

const DARK = "(prefers-color-scheme: dark)";

/** Whether the page is dark, for what is painted and not styled; follows the system's choice. */
export function useIsDark(): boolean {
  const [isDark, setDark] = useState(() => matchMedia(DARK).matches);
  useEffect(() => {
    const query = matchMedia(DARK);
    const follow = (): void => {
      setDark(query.matches);
    };
    query.addEventListener("change", follow);
    return () => {
      query.removeEventListener("change", follow);
    };
  }, []);
  return isDark;
}
