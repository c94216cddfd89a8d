import type { ComponentChildren, JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import { KeyContext, type KeyHolder } from "./keyContext.js";
import { openTestKey, replaceTestKey } from "./testKey.js";

/** Holds the browser's test key for the pages within. */
export function KeyProvider({ children }: { readonly children: ComponentChildren }): JSX.Element {
  const [key, setKey] = useState(() => openTestKey(localStorage));
  const holder = useMemo<KeyHolder>(
    () => ({
      key,
      replace: (mnemonic) => {
        const replaced = replaceTestKey(localStorage, mnemonic);
        if (replaced !== undefined) setKey(replaced);
        return replaced !== undefined;
      },
    }),
    [key],
  );
  return <KeyContext.Provider value={holder}>{children}</KeyContext.Provider>;
}
