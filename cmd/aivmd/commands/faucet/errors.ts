import { defineError } from "#core/primitives/errors.js";

const CODESPACE = "faucet";

/** Name of the flag that lets a faucet run on any chain; nobody types it without reading it. */
export const ANY_CHAIN_FLAG = "--i-want-to-give-away-real-coins";

/** The chain's id does not say that it is a test network's. */
export const notTestNetwork = defineError(CODESPACE, {
  code: 2,
  summary: "not a test network",
  sentence: ({ chainId = "" }) =>
    `${chainId} does not look like a test network: no word of its id is test, local, dev, demo or bench (with or without net), or one is main; a faucet gives coins to whoever asks. If that is meant, give ${ANY_CHAIN_FLAG}`,
});

/** Another program listens where the faucet should, or the address is not this machine's. */
export const cannotListen = defineError(CODESPACE, {
  code: 3,
  summary: "the faucet cannot listen",
  sentence: ({ address = "", problem = "" }) =>
    `cannot listen on ${address}: ${problem}; --listen names another address`,
});
