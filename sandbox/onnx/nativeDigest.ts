import { sha256 } from "#core/crypto/hash.js";
import { utf8 } from "#core/primitives/bytes.js";
import { profileText } from "./engineDigest.js";
import { NATIVE_OPTIONS, NATIVE_PACKAGE } from "./nativeOptions.js";

/**
 * The hash in the native engine's identity. Its binaries differ by platform and its bits by
 * processor, so it stands for what hosts have in common: the package's version, every option of a
 * session, and the profile, which decides verdicts and gas.
 */
export function nativeDigest(): Uint8Array {
  const options = Object.entries(NATIVE_OPTIONS).map(([name, value]) => {
    return `option ${name} ${JSON.stringify(value)}`;
  });
  const lines = [
    "aivm native model engine 1",
    `package ${NATIVE_PACKAGE.name} ${NATIVE_PACKAGE.version}`,
    ...options.sort(),
    profileText(),
  ];
  return sha256(utf8(lines.join("\n")));
}
