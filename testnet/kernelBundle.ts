import { buildKernel as buildIn } from "#cmd/aivmd/commands/kernel/buildKernel.js";
import { withLocalSandbox } from "#cmd/aivmd/commands/kernel/localSandbox.js";
import type { KernelBundle } from "#sdk/kernel/bundle.js";

/**
 * Builds the kernel of a folder as `aivmd kernel build` does, in a sandbox of its own. `onVector` is
 * told how many of the test vectors ran. Errors are those of `kernel build`.
 */
export async function buildKernel(
  folder: string,
  onVector?: (done: number, total: number) => void,
): Promise<KernelBundle> {
  return withLocalSandbox(async (sandbox) => {
    const { bundle } = await buildIn(sandbox, folder, { onVector });
    return bundle;
  });
}
