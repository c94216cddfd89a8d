import {
  type Artifact,
  QueryArtifactRequest,
  QueryArtifactResponse,
} from "#core/codec/generated/aivm/kernel/v1.js";
import type { QueryMethod, QueryOptions } from "../query/callQuery.js";
import { findQuery } from "../query/findQuery.js";
import type { RpcTransport } from "../rpc/transport.js";

const METHOD: QueryMethod<QueryArtifactRequest, QueryArtifactResponse> = {
  path: "/aivm.kernel.v1.Query/Artifact",
  request: QueryArtifactRequest,
  response: QueryArtifactResponse,
};

/** Which record of an artifact is meant. */
export interface ArtifactPlace {
  /** sha256 of the bytes. */
  readonly digest: Uint8Array;
  /** Whose upload under way; the complete artifact when absent. */
  readonly uploader?: string | undefined;
}

/**
 * A complete artifact, or an account's upload of it; undefined when there is none.
 *
 * @example
 * const upload = await findArtifact(rpc, { digest, uploader: signer.address });
 */
export async function findArtifact(
  rpc: RpcTransport,
  { digest, uploader = "" }: ArtifactPlace,
  options?: QueryOptions,
): Promise<Artifact | undefined> {
  const found = await findQuery(rpc, METHOD, { digest, uploader }, options);
  return found?.response.artifact;
}
