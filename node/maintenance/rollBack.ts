import { fromHex } from "#core/primitives/bytes.js";
import { findComet, runComet } from "../comet/cometBinary.js";
import { cometFailed } from "../comet/errors.js";
import type { HomePaths } from "../home/homePaths.js";
import { withHeldState } from "./heldState.js";

/** How a node is taken back by one block. */
export interface RollBackOptions {
  readonly home: HomePaths;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Whether CometBFT forgets the block too; otherwise the node executes it again. */
  readonly hard: boolean;
}

/** Where a node stands, by its application and by its CometBFT. */
export interface RolledBack {
  readonly app: { readonly height: bigint; readonly appHash: Uint8Array };
  readonly comet: { readonly height: bigint; readonly appHash: Uint8Array };
}

/**
 * Takes the last block back, from the state and then from CometBFT. A crash between the two does
 * no harm: CometBFT gives an application that is behind the blocks that it lacks. Fails with
 * `store/8` when no earlier version is kept, as {@link withHeldState} does, and with `comet/2` to
 * `comet/4`; before anything has changed in all but the last case.
 */
export async function rollBack({ home, environment, hard }: RollBackOptions): Promise<RolledBack> {
  const binary = findComet(environment);
  return withHeldState(home, ({ store }) => {
    const { version, appHash } = store.rollback();
    const flags = ["--home", home.root, ...(hard ? ["--hard"] : [])];
    const output = runComet(binary, ["rollback", ...flags]);
    return { app: { height: version, appHash }, comet: readOutput(output) };
  });
}

/** CometBFT tells where it stands in a sentence. */
function readOutput(output: string): RolledBack["comet"] {
  const [, height = "", hash = ""] =
    /to height ([0-9]+) and hash ([0-9A-Fa-f]*)/.exec(output) ?? [];
  const appHash = fromHex(hash.toLowerCase());
  if (height === "" || appHash === undefined) throw cometFailed({ command: "rollback", output });
  return { height: BigInt(height), appHash };
}
