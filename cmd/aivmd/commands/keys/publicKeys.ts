import { fromBase64 } from "#core/primitives/bytes.js";
import type { Keyring, MultisigKeys } from "#node/keyring/keyring.js";
import { multisigAccount } from "#sdk/multisig/multisigAccount.js";
import { isSdkError } from "#sdk/errors.js";
import { wrongUse } from "../../errors.js";

/** The 33 bytes of a secp256k1 key in JSON, as `keys show --pubkey` prints it, or base64; else `cli/2`. */
export function publicKeyOf(text: string): Uint8Array {
  const [, quoted = text] = /"key"\s*:\s*"([^"]*)"/.exec(text) ?? [];
  const key = fromBase64(quoted);
  if (key?.length === 33) return key;
  throw wrongUse({ problem: `--pubkey: not a secp256k1 key in JSON or base64: ${text}` });
}

/** The keys of a keyring that sign together; fails with `keyring/2` or `cli/2`. */
export function multisigOf(
  keyring: Keyring,
  names: readonly string[],
  { threshold, nosort }: { readonly threshold: number; readonly nosort: boolean },
): MultisigKeys {
  const records = names.map((name) => keyring.get(name.trim()));
  const nested = records.find(({ type }) => type === "multi");
  if (nested !== undefined) {
    throw wrongUse({ problem: `--multisig: ${nested.name} is a multisig itself` });
  }
  const keys = records.map(({ publicKey }) => publicKey);
  try {
    const { publicKeys } = multisigAccount(threshold, keys, { keepOrder: nosort });
    return { threshold, publicKeys };
  } catch (error) {
    if (!isSdkError(error, "INVALID_ARGUMENT")) throw error;
    const { argument, problem } = error.facts;
    const flag = argument === "threshold" ? "--multisig-threshold" : "--multisig";
    throw wrongUse({ problem: `${flag}: ${problem}` });
  }
}
