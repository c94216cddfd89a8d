import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { TestKey } from "./testKey.js";

/** The browser's key, opened when a page first asks for it, and how it is replaced. */
export interface KeyHolder {
  readonly key: TestKey | undefined;
  readonly replace: (mnemonic: string) => boolean;
}

/** Provides the key to pages. */
export const KeyContext = createContext<KeyHolder>({ key: undefined, replace: () => false });

/** The browser's test key. */
export function useTestKey(): KeyHolder {
  return useContext(KeyContext);
}
