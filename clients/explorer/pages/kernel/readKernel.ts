import type {
  Kernel,
  QueryAccessResponse,
  RoyaltyShare,
  Version,
} from "#core/codec/generated/aivm/kernel/v1.js";
import {
  findKernel,
  KERNEL_QUERIES,
  listVersions,
  queryMethod,
  type RpcTransport,
  SdkError,
  shadowRuns,
  type ShadowRuns,
  type VersionWithManifest,
} from "#sdk/index.js";
import { rememberedVersion } from "../../chain/versionNames.js";

/** A kernel with all of its versions, the newest first. */
export interface KernelState {
  readonly kernel: Kernel;
  readonly versions: readonly Version[];
  readonly head: VersionWithManifest | undefined;
  /** Who may run it. */
  readonly access: QueryAccessResponse;
  /** Parts of what the owner would get that go to others. */
  readonly royalties: readonly RoyaltyShare[];
  /** What versions showed beside the head. */
  readonly shadows: ShadowRuns;
}

/** Reads a kernel by its name; fails with `NOT_FOUND`. */
export async function readKernel(
  rpc: RpcTransport,
  name: string,
  signal: AbortSignal,
): Promise<KernelState> {
  const kernel = await findKernel(rpc, name, { signal });
  if (kernel === undefined) {
    throw new SdkError("NOT_FOUND", { path: "kernel", log: `no kernel ${name}` });
  }
  const { headVersionId: id } = kernel;
  const ask = { service: KERNEL_QUERIES, request: { name } } as const;
  const [versions, head, access, { shares }, shadows] = await Promise.all([
    listVersions(rpc, name, { signal }),
    id.length === 0 ? undefined : rememberedVersion(rpc, id),
    queryMethod(rpc, { ...ask, method: "Access" }, { signal }),
    queryMethod(rpc, { ...ask, method: "Royalty" }, { signal }),
    shadowRuns(rpc, name, { signal }),
  ]);
  return { kernel, versions: versions.toReversed(), head, access, royalties: shares, shadows };
}
