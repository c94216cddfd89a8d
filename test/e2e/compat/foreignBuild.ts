import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BECH32_PREFIX } from "#core/crypto/address.js";
import { packageRoot } from "#sandbox/worker/permissions.js";
import { type PrivateBuild, privateBuild } from "../privateBuild.js";

const ADDRESS_MODULE = "core/crypto/address.js";

/**
 * The program as a chain with other address prefixes would run it, and this process with it: the
 * prefix is the one thing of an address that no genesis decides. Undo it when done.
 */
export async function foreignBuild(prefix: string): Promise<PrivateBuild> {
  const own = { ...BECH32_PREFIX };
  const build = await privateBuild();
  const path = join(build.entry, "../../..", ADDRESS_MODULE);
  const source = readFileSync(path, "utf8");
  const foreign = source.replaceAll(`"${own.account}`, `"${prefix}`);
  if (foreign === source) throw new Error(`${path} of ${packageRoot()} names no prefix`);
  writeFileSync(path, foreign);
  const renamed = Object.entries(own).map(([kind, text]) => [
    kind,
    text.replace(own.account, prefix),
  ]);
  Object.assign(BECH32_PREFIX, Object.fromEntries(renamed));
  return {
    entry: build.entry,
    remove: () => {
      Object.assign(BECH32_PREFIX, own);
      build.remove();
    },
  };
}
