import { registerKernel } from "#cmd/aivmd/commands/kernel/register.js";
import { type CommandOutcome, runCommand } from "./clientCommand.js";
import type { FakeChainRpc } from "./fakeChainRpc.js";

/** Runs `aivmd kernel …` with a fake chain as its node and no home of its own. */
export function runKernelCommand(
  { server }: Pick<FakeChainRpc, "server">,
  ...words: readonly string[]
): Promise<CommandOutcome> {
  const place = ["--home", "/nowhere", "--node", server.url];
  return runCommand([registerKernel], ["kernel", ...words, ...place]);
}
