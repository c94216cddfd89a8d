import { getVersion, type RpcTransport, toHex, type VersionWithManifest } from "#sdk/index.js";

const known = new WeakMap<RpcTransport, Map<string, Promise<VersionWithManifest>>>();

/** A version with its manifest; manifests never change, so each is asked for once. */
export function rememberedVersion(rpc: RpcTransport, id: Uint8Array): Promise<VersionWithManifest> {
  const ofRpc = known.get(rpc) ?? new Map<string, Promise<VersionWithManifest>>();
  known.set(rpc, ofRpc);
  const key = toHex(id);
  const before = ofRpc.get(key);
  if (before !== undefined) return before;
  const asked = getVersion(rpc, id);
  ofRpc.set(key, asked);
  asked.catch(() => ofRpc.delete(key));
  return asked;
}
