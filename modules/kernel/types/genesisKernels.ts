import {
  type GenesisState,
  type Kernel,
  type Version,
  VersionStatus,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { parseAddress } from "#core/crypto/address.js";
import { equalBytes } from "#core/primitives/bytes.js";
import { compareBig, isStrictlyAscending } from "#core/primitives/sorted.js";
import { isPrice } from "./manifest.js";
import { invalidGenesis } from "./registryErrors.js";

/**
 * Checks kernels: ids ascend below the next one, names are unique, the number of versions is right
 * and the head is the newest active version.
 */
export function validateKernels(genesis: GenesisState): void {
  const { kernels } = genesis;
  if (!isStrictlyAscending(kernels, (a, b) => compareBig(a.id, b.id))) {
    throw invalidGenesis({ at: "kernel.kernels", problem: "ids do not ascend" });
  }
  const versions = groupByKernel(genesis);
  const names = new Set<string>();
  for (const [index, kernel] of kernels.entries()) {
    const at = `kernel.kernels[${index}]`;
    if (names.has(kernel.name)) throw invalidGenesis({ at, problem: "name occurs twice" });
    names.add(kernel.name);
    if (kernel.id < 1n || kernel.id >= genesis.nextKernelId) {
      throw invalidGenesis({ at, problem: "id was not given out" });
    }
    validateKernel(kernel, versions.get(kernel.id) ?? [], at);
  }
}

function groupByKernel(genesis: GenesisState): ReadonlyMap<bigint, readonly Version[]> {
  const groups = new Map<bigint, Version[]>();
  for (const { version } of genesis.versions) {
    const group = groups.get(version.kernelId);
    if (group === undefined) groups.set(version.kernelId, [version]);
    else group.push(version);
  }
  return groups;
}

function validateKernel(kernel: Kernel, versions: readonly Version[], at: string): void {
  parseAddress("account", kernel.owner);
  const active = versions.filter(({ status }) => status === VersionStatus.ACTIVE);
  const isHeadless = active.length === 0 && kernel.headVersionId.length === 0;
  const problems: ReadonlyArray<readonly [boolean, string]> = [
    [versions.length === 0, "no version"],
    [kernel.versionCount !== BigInt(versions.length), "wrong number of versions"],
    [kernel.createdHeight < 0n, "negative height"],
    [kernel.price !== "" && !isPrice(kernel.price), "price is no amount of unes"],
    [
      !isHeadless && !active.some(({ id }) => equalBytes(id, kernel.headVersionId)),
      "head is not an active version",
    ],
  ];
  const [, problem] = problems.find(([isBroken]) => isBroken) ?? [];
  if (problem !== undefined) throw invalidGenesis({ at, problem });
}
