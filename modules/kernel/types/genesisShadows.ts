import {
  type GenesisState,
  type ShadowRun,
  type Version,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { parseAddress } from "#core/crypto/address.js";
import { toHex } from "#core/primitives/bytes.js";
import { compareBig, isStrictlyAscending } from "#core/primitives/sorted.js";
import { isDeposit } from "./deposit.js";
import { invalidGenesis } from "./registryErrors.js";
import { isRunning, validatePolicy } from "./shadow.js";
import { runProblem } from "./shadowState.js";

/**
 * Checks shadow runs, by kernel and number, at most one of a kernel running, and policies of
 * kernels that exist. What is wrong with a policy has its own code: `kernel/135`.
 */
export function validateShadows(genesis: GenesisState): void {
  const kernels = new Map(genesis.kernels.map((kernel) => [kernel.id, kernel]));
  const versions = new Map<string, Version>(
    genesis.versions.map(({ version }) => [toHex(version.id), version]),
  );
  for (const [index, run] of genesis.shadowRuns.entries()) {
    const problem =
      runProblem(run, {
        kernel: kernels.get(run.kernelId),
        version: versions.get(toHex(run.versionId)),
        head: versions.get(toHex(run.headVersionId)),
      }) ?? fieldProblem(run, genesis);
    if (problem !== undefined)
      throw invalidGenesis({ at: `kernel.shadow_runs[${index}]`, problem });
  }
  requireOrder(genesis);
  for (const [index, policy] of genesis.shadowPolicies.entries()) {
    validatePolicy(policy);
    if (kernels.has(policy.kernelId)) continue;
    const at = `kernel.shadow_policies[${index}]`;
    throw invalidGenesis({ at, problem: `no kernel ${policy.kernelId}` });
  }
}

function fieldProblem(run: ShadowRun, { params }: GenesisState): string | undefined {
  parseAddress("account", run.payer);
  if (!isDeposit(run.budget, params)) return "wrong budget";
  return run.startedHeight < 0n || run.endedHeight < 0n ? "negative height" : undefined;
}

function requireOrder({ shadowRuns, shadowPolicies }: GenesisState): void {
  const inOrder = isStrictlyAscending(
    shadowRuns,
    (a, b) => compareBig(a.kernelId, b.kernelId) || compareBig(a.number, b.number),
  );
  if (!inOrder) throw invalidGenesis({ at: "kernel.shadow_runs", problem: "not in order" });
  const running = shadowRuns.filter(isRunning).map(({ kernelId }) => kernelId);
  if (!isStrictlyAscending(running, compareBig)) {
    throw invalidGenesis({ at: "kernel.shadow_runs", problem: "two of a kernel are running" });
  }
  const ids = shadowPolicies.map(({ kernelId }) => kernelId);
  if (isStrictlyAscending(ids, compareBig)) return;
  throw invalidGenesis({ at: "kernel.shadow_policies", problem: "kernel ids do not ascend" });
}
