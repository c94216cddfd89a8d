import { existsSync } from "node:fs";
import type { Command } from "commander";
import { type ClientConfig, readClientConfig } from "#node/home/clientConfig.js";
import { type Endpoint, parseEndpoint } from "#node/home/endpoint.js";
import { type HomePaths, homePaths } from "#node/home/homePaths.js";
import { Keyring } from "#node/keyring/keyring.js";
import { wrongUse } from "./errors.js";
import type { CommonFlags } from "./flags.js";
import type { CommandIo } from "./io.js";
import { LineReader } from "./terminal/lineReader.js";
import { showsColours } from "./terminal/style.js";
import { type OutputFormat, Terminal } from "./terminal/terminal.js";

/** What a command that runs has at hand: its flags, `client.toml`, the home and the terminal. */
export class Session {
  readonly home: HomePaths;
  readonly flags: CommonFlags;
  readonly environment: CommandIo["environment"];
  readonly terminal: Terminal;
  /** Standard input, for mnemonics and passphrases. */
  readonly input: LineReader;
  #client: ClientConfig | undefined;
  #passphrase: Promise<string> | undefined;

  constructor(flags: CommonFlags, io: CommandIo) {
    this.home = homePaths(flags.home);
    this.flags = flags;
    this.environment = io.environment;
    this.terminal = createTerminal(io, this.#outputFormat(), flags.color);
    this.input = new LineReader(io.stdin, io.stderr);
  }

  /** `client.toml` with the flags over it; fails with `home/2`, `home/3` or `cli/2`. */
  get client(): ClientConfig {
    this.#client ??= this.#readClient();
    return this.#client;
  }

  /** Id of the chain to sign for; fails with `cli/2` when nothing says it. */
  get chainId(): string {
    const { chainId } = this.client;
    if (chainId !== "") return chainId;
    throw wrongUse({ problem: `give --chain-id, or set chain-id in ${this.home.clientConfig}` });
  }

  /** The user's keys. The passphrase is asked for once, when the first key is opened. */
  openKeyring(): Keyring {
    const { keyringBackend } = this.client;
    const keyring = Keyring.open(this.home.root, keyringBackend, () => {
      this.#passphrase ??= this.#askPassphrase(keyring.list().length === 0);
      return this.#passphrase;
    });
    return keyring;
  }

  /** The first key's passphrase becomes that of the keyring. */
  #askPassphrase(isNew: boolean): Promise<string> {
    return isNew
      ? this.input.newSecret("a passphrase for the new keyring")
      : this.input.secret("the keyring's passphrase");
  }

  #readClient(): ClientConfig {
    const { clientConfig } = this.home;
    const { chainId, keyringBackend, output, node } = this.flags;
    const file = existsSync(clientConfig) ? readClientConfig(clientConfig) : NO_CLIENT_CONFIG;
    return {
      ...file,
      ...(chainId === undefined ? {} : { chainId }),
      ...(keyringBackend === undefined ? {} : { keyringBackend }),
      ...(output === undefined ? {} : { output }),
      ...(node === undefined ? {} : { node: nodeEndpoint(node) }),
    };
  }

  /** A file that cannot be read is complained about by the commands that need it. */
  #outputFormat(): OutputFormat {
    const { output } = this.flags;
    if (output !== undefined || !existsSync(this.home.clientConfig)) return output ?? "text";
    try {
      return readClientConfig(this.home.clientConfig).output;
    } catch {
      return "text";
    }
  }
}

/** A command's work; the arguments are those of the command line, in their order. */
export type CommandWork<Flags extends object> = (
  session: Session,
  flags: Flags,
  args: readonly string[],
) => Promise<void> | void;

/**
 * Lets a command run in a session of its own. `Flags` are the command's own ones, as commander
 * names them; they are trusted to fit what the command declares.
 */
export function runs<Flags extends object = object>(
  command: Command,
  io: CommandIo,
  work: CommandWork<Flags>,
): Command {
  return command.action(async () => {
    const flags = command.optsWithGlobals<CommonFlags & Flags>();
    const session = new Session(flags, io);
    try {
      await work(session, flags, command.args);
    } finally {
      await session.input.close();
    }
  });
}

/** The terminal of a command line: colours only where a terminal shows them and nobody minds. */
export function createTerminal(io: CommandIo, output: OutputFormat, color: boolean): Terminal {
  const { stdout, stderr, environment } = io;
  const colours = {
    stdout: color && showsColours(stdout, environment),
    stderr: color && showsColours(stderr, environment),
  };
  return new Terminal({ stdout, stderr, output, colours });
}

/** What holds where there is no `client.toml`: the same as in an empty one. */
const NO_CLIENT_CONFIG: ClientConfig = {
  chainId: "",
  keyringBackend: "file",
  output: "text",
  node: { host: "localhost", port: 26_657 },
  broadcastMode: "block",
};

function nodeEndpoint(text: string): Endpoint {
  const endpoint = parseEndpoint(text);
  if (endpoint !== undefined) return endpoint;
  throw wrongUse({ problem: `--node ${text}: must be an address such as tcp://localhost:26657` });
}
