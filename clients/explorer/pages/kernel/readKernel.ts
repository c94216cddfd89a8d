import type { Kernel, Version } from "#core/codec/generated/aivm/kernel/v1.js";
import {
  findKernel,
  listVersions,
  type RpcTransport,
  SdkError,
  type VersionWithManifest,
} from "#sdk/index.js";
import { rememberedVersion } from "../../chain/versionNames.js";

/** A kernel with all of its versions, the newest first. */
export interface KernelState {
  readonly kernel: Kernel;
  readonly versions: readonly Version[];
  readonly head: VersionWithManifest | undefined;
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
  const versions = await listVersions(rpc, name, { signal });
  const { headVersionId: id } = kernel;
  const head = id.length === 0 ? undefined : await rememberedVersion(rpc, id);
  return { kernel, versions: versions.toReversed(), head };
}
