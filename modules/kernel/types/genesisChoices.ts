import type { GenesisState } from "#core/codec/generated/aivm/kernel/v1.js";
import { compareBig, isStrictlyAscending } from "#core/primitives/sorted.js";
import { validateAllowed } from "./access.js";
import { invalidGenesis } from "./registryErrors.js";
import { validateShares } from "./royalty.js";

/**
 * Checks what owners have chosen: access lists and royalties of kernels that exist, in order, each
 * kernel once. What is wrong with a list or a share has its own code: `kernel/125`, `kernel/126`.
 */
export function validateOwnersChoices(genesis: GenesisState): void {
  requireKernels(genesis, "access", genesis.access);
  for (const { allowed } of genesis.access) validateAllowed(allowed);
  requireKernels(genesis, "royalties", genesis.royalties);
  const names = new Set(genesis.kernels.map(({ name }) => name));
  for (const [index, { shares }] of genesis.royalties.entries()) {
    const at = `kernel.royalties[${index}]`;
    if (shares.length === 0) throw invalidGenesis({ at, problem: "no shares" });
    validateShares(shares);
    const missing = shares.find(({ kernel }) => kernel !== "" && !names.has(kernel));
    if (missing !== undefined) throw invalidGenesis({ at, problem: `no kernel ${missing.kernel}` });
  }
}

function requireKernels(
  { kernels }: GenesisState,
  section: string,
  entries: ReadonlyArray<{ readonly kernelId: bigint }>,
): void {
  const ids = new Set(kernels.map(({ id }) => id));
  for (const [index, { kernelId }] of entries.entries()) {
    if (ids.has(kernelId)) continue;
    throw invalidGenesis({ at: `kernel.${section}[${index}]`, problem: `no kernel ${kernelId}` });
  }
  if (isStrictlyAscending(entries, (a, b) => compareBig(a.kernelId, b.kernelId))) return;
  throw invalidGenesis({ at: `kernel.${section}`, problem: "kernel ids do not ascend" });
}
