import { newMnemonic, type Signer, signerFromMnemonic } from "#sdk/index.js";
import type { Memory } from "../settings/endpoint.js";

const KEY_MNEMONIC = "aivm.testKey";

/** A key that this browser holds, for test coins alone. */
export interface TestKey {
  readonly mnemonic: string;
  readonly signer: Signer;
}

/** The browser's test key; made and remembered when there is none yet. */
export function openTestKey(memory: Memory): TestKey {
  const remembered = memory.getItem(KEY_MNEMONIC);
  const known = remembered === null ? undefined : keyOf(remembered);
  if (known !== undefined) return known;
  const made = newMnemonic();
  memory.setItem(KEY_MNEMONIC, made);
  return { mnemonic: made, signer: signerFromMnemonic(made) };
}

/** Uses another mnemonic from now on; undefined, and nothing changes, when it is none. */
export function replaceTestKey(memory: Memory, mnemonic: string): TestKey | undefined {
  const key = keyOf(mnemonic);
  if (key !== undefined) memory.setItem(KEY_MNEMONIC, key.mnemonic);
  return key;
}

function keyOf(text: string): TestKey | undefined {
  const mnemonic = text.trim().split(/\s+/).join(" ").toLowerCase();
  try {
    return { mnemonic, signer: signerFromMnemonic(mnemonic) };
  } catch {
    return undefined;
  }
}
