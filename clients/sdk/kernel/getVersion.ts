import {
  type Manifest,
  QueryVersionRequest,
  QueryVersionResponse,
  type Version,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { equalBytes } from "#core/primitives/bytes.js";
import { manifestHash } from "#modules/kernel/types/manifest.js";
import { computeVersionId } from "#modules/kernel/types/versionId.js";
import { SdkError } from "../errors.js";
import { callQuery, type QueryMethod, type QueryOptions } from "../query/callQuery.js";
import type { RpcTransport } from "../rpc/transport.js";

const METHOD: QueryMethod<QueryVersionRequest, QueryVersionResponse> = {
  path: "/aivm.kernel.v1.Query/Version",
  request: QueryVersionRequest,
  response: QueryVersionResponse,
};

/** A version with its manifest. */
export interface VersionWithManifest {
  readonly version: Version;
  readonly manifest: Manifest;
}

/**
 * A version with its manifest, by its id of 32 bytes, which is checked to be the hash of the
 * manifest. Fails with `NOT_FOUND`, and with `RPC_MALFORMED` for another version's manifest.
 *
 * @example
 * const { manifest } = await getVersion(rpc, kernel.headVersionId);
 */
export async function getVersion(
  rpc: RpcTransport,
  id: Uint8Array,
  options?: QueryOptions,
): Promise<VersionWithManifest> {
  const { response } = await callQuery(rpc, METHOD, { id }, options);
  const { version, manifest } = response;
  const hash = computeVersionId(manifest.name, manifestHash(manifest), version.parents);
  if (equalBytes(hash, id)) return response;
  const facts = {
    method: METHOD.path,
    at: "manifest",
    problem: "not the manifest of this version",
  };
  throw new SdkError("RPC_MALFORMED", facts);
}
