import { defineError } from "#core/primitives/errors.js";

const CODESPACE = "comet";

/** There is no CometBFT of the version that this chain needs. */
export const cometMissing = defineError(CODESPACE, {
  code: 2,
  summary: "CometBFT is not to be found",
  sentence: ({ version = "", looked = "" }) =>
    `no CometBFT ${version} (looked at ${looked}); run \`make setup\`, or name the binary in the environment variable COMETBFT`,
});

/** The CometBFT that was named is of another version. */
export const wrongCometVersion = defineError(CODESPACE, {
  code: 3,
  summary: "CometBFT is of another version",
  sentence: ({ path = "", found = "", version = "" }) =>
    `${path} is CometBFT ${found}; this chain needs ${version}`,
});

/** A CometBFT command failed. */
export const cometFailed = defineError(CODESPACE, {
  code: 4,
  summary: "CometBFT failed",
  sentence: ({ command = "", output = "" }) => `cometbft ${command} failed: ${output}`,
});

/** Somebody else listens on a port that this node needs. */
export const portInUse = defineError(CODESPACE, {
  code: 5,
  summary: "a port is in use",
  sentence: ({ address = "", setting = "", path = "", problem = "" }) =>
    `${address}: ${problem}; free it, or change ${setting} in ${path}`,
});
