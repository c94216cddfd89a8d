import { createHash } from "node:crypto";

/** Where the digest of what the generated code was made from is kept. */
export const RECORDED_DIGEST = "core/codec/generated/sources.sha256";

const SOURCE = /^(?:proto\/.*\.(?:proto|yaml)|tools\/codegen\/(?!.*\.test\.ts$).*\.ts)$/;

/**
 * SHA-256 over the protos and the generator, which names the versions of the Go modules whose
 * protos it takes: in ascending order of their paths, each path and text behind its length.
 */
export function digestSources(paths: readonly string[], read: (path: string) => string): string {
  const hash = createHash("sha256");
  for (const path of paths.filter((one) => SOURCE.test(one)).toSorted()) {
    for (const text of [path, read(path)]) hash.update(`${text.length}\n${text}`);
  }
  return hash.digest("hex");
}
