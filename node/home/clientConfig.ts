import { type Endpoint, parseEndpoint } from "./endpoint.js";
import { SettingsReader } from "./settingsReader.js";

/** Where keys are kept: encrypted files, or plain ones for tests. */
export type KeyringBackend = "file" | "test";

/** How commands talk to a node: the content of `client.toml`. */
export interface ClientConfig {
  /** Empty when not set. */
  readonly chainId: string;
  readonly keyringBackend: KeyringBackend;
  readonly output: "text" | "json";
  /** CometBFT's RPC. */
  readonly node: Endpoint;
  /** What is waited for when a transaction is sent: its block, its check, or nothing. */
  readonly broadcastMode: "block" | "sync" | "async";
}

/** Reads `client.toml`. Fails with `home/2` for a bad file and `home/3` for a bad setting. */
export function readClientConfig(path: string): ClientConfig {
  const reader = SettingsReader.open(path, "run `aivmd init` to create it");
  const node = parseEndpoint(reader.text("node", "tcp://localhost:26657"));
  if (node === undefined) {
    throw reader.refusal("node", "must be an address such as tcp://localhost:26657");
  }
  const config: ClientConfig = {
    chainId: reader.text("chain-id", ""),
    keyringBackend: reader.choice("keyring-backend", ["file", "test"]),
    output: reader.choice("output", ["text", "json"]),
    node,
    broadcastMode: reader.choice("broadcast-mode", ["block", "sync", "async"]),
  };
  reader.refuseUnknown();
  return config;
}

/** `client.toml` of a new home, with the settings that differ between chains. */
export function clientToml(
  settings: Pick<ClientConfig, "chainId" | "keyringBackend"> & { readonly node: string },
): string {
  return `# Settings of the commands that talk to a node; flags of the same names override them.

# The chain that transactions are signed for.
chain-id = ${JSON.stringify(settings.chainId)}

# Where keys are kept: "file" encrypts them, "test" does not.
keyring-backend = ${JSON.stringify(settings.keyringBackend)}

# How answers are printed: "text" or "json".
output = "text"

# RPC of the CometBFT to talk to.
node = ${JSON.stringify(settings.node)}

# What is waited for when a transaction is sent: "block" for its block, "sync" for the node's check
# of it, "async" for nothing.
broadcast-mode = "block"
`;
}
