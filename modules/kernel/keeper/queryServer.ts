import type { Context } from "#core/baseapp/context.js";
import { type QueryHandlers, queryHandler } from "#core/baseapp/queryRouter.js";
import * as kernel from "#core/codec/generated/aivm/kernel/v1.js";
import { parseAddress } from "#core/crypto/address.js";
import { toHex } from "#core/primitives/bytes.js";
import { keyNotFound } from "#core/primitives/sdkErrors.js";
import { paginate } from "#core/store/collections/pagination.js";
import { chunkCount } from "../types/chunks.js";
import { requireDigest } from "../types/msgs.js";
import type { KernelState } from "./kernelState.js";

/** Read-only answers of aivm.kernel.v1.Query. */
export function kernelQueries(state: KernelState): QueryHandlers {
  return new Map([
    ["Params", params(state)],
    ["Kernel", kernelByName(state)],
    ["KernelById", kernelById(state)],
    ["Kernels", kernels(state)],
    ["Version", version(state)],
    ["Versions", versions(state)],
    ["Access", access(state)],
    ["Royalty", royalty(state)],
    ["ShadowRun", shadowRun(state)],
    ["ShadowRuns", shadowRuns(state)],
    ["Artifact", artifact(state)],
    ["ArtifactChunk", artifactChunk(state)],
  ]);
}

const params = (state: KernelState) =>
  queryHandler(
    { request: kernel.QueryParamsRequest, response: kernel.QueryParamsResponse },
    (ctx) => ({ params: state.params(ctx) }),
  );

function requireKernel(found: kernel.Kernel | undefined, named: string | bigint): kernel.Kernel {
  if (found === undefined) throw keyNotFound({ problem: `kernel ${named} does not exist` });
  return found;
}

const kernelByName = (state: KernelState) =>
  queryHandler(
    { request: kernel.QueryKernelRequest, response: kernel.QueryKernelResponse },
    (ctx, { name }) => ({ kernel: requireKernel(state.findKernelByName(ctx, name), name) }),
  );

const kernelById = (state: KernelState) =>
  queryHandler(
    { request: kernel.QueryKernelByIdRequest, response: kernel.QueryKernelByIdResponse },
    (ctx, { id }) => ({ kernel: requireKernel(state.findKernel(ctx, id), id) }),
  );

const kernels = (state: KernelState) =>
  queryHandler(
    { request: kernel.QueryKernelsRequest, response: kernel.QueryKernelsResponse },
    (ctx, { pagination }) => {
      const page = paginate(ctx.kv(state.storeKey), state.tables.kernels, pagination);
      return { kernels: page.entries.map(([, one]) => one), pagination: page.response };
    },
  );

function requireVersion(ctx: Context, state: KernelState, id: Uint8Array): kernel.Version {
  requireDigest("id", id);
  const found = state.findVersion(ctx, id);
  if (found === undefined) throw keyNotFound({ problem: `version ${toHex(id)} does not exist` });
  return found;
}

const version = (state: KernelState) =>
  queryHandler(
    { request: kernel.QueryVersionRequest, response: kernel.QueryVersionResponse },
    (ctx, { id }) => ({
      version: requireVersion(ctx, state, id),
      manifest: state.getManifest(ctx, id),
    }),
  );

const versions = (state: KernelState) =>
  queryHandler(
    { request: kernel.QueryVersionsRequest, response: kernel.QueryVersionsResponse },
    (ctx, { name, pagination }) => {
      const { id } = requireKernel(state.findKernelByName(ctx, name), name);
      const source = state.tables.versionNumbers;
      const scope = { prefix: state.versionsPrefix(id) };
      const page = paginate(ctx.kv(state.storeKey), source, pagination, scope);
      const found = page.entries.map(([, versionId]) => state.getVersion(ctx, versionId));
      return { versions: found, pagination: page.response };
    },
  );

const access = (state: KernelState) =>
  queryHandler(
    { request: kernel.QueryAccessRequest, response: kernel.QueryAccessResponse },
    (ctx, { name }) => {
      const { id } = requireKernel(state.findKernelByName(ctx, name), name);
      const found = state.findAccess(ctx, id);
      return { restricted: found !== undefined, allowed: found?.allowed ?? [] };
    },
  );

const royalty = (state: KernelState) =>
  queryHandler(
    { request: kernel.QueryRoyaltyRequest, response: kernel.QueryRoyaltyResponse },
    (ctx, { name }) => {
      const { id } = requireKernel(state.findKernelByName(ctx, name), name);
      return { shares: [...state.royaltyShares(ctx, id)] };
    },
  );

const shadowRun = (state: KernelState) =>
  queryHandler(
    { request: kernel.QueryShadowRunRequest, response: kernel.QueryShadowRunResponse },
    (ctx, { id }) => {
      const run = state.shadows.find(ctx, requireVersion(ctx, state, id));
      if (run === undefined) {
        throw keyNotFound({ problem: `version ${toHex(id)} never ran beside the head` });
      }
      return { run };
    },
  );

const shadowRuns = (state: KernelState) =>
  queryHandler(
    { request: kernel.QueryShadowRunsRequest, response: kernel.QueryShadowRunsResponse },
    (ctx, { name, pagination }) => {
      const { id } = requireKernel(state.findKernelByName(ctx, name), name);
      const scope = { prefix: state.shadows.prefixOf(id) };
      const page = paginate(ctx.kv(state.storeKey), state.tables.shadowRuns, pagination, scope);
      const runs = page.entries.map(([, run]) => run);
      return { policy: state.shadows.findPolicy(ctx, id), runs, pagination: page.response };
    },
  );

function requireArtifact(
  ctx: Context,
  state: KernelState,
  { digest, uploader }: kernel.QueryArtifactRequest,
): kernel.Artifact {
  requireDigest("digest", digest);
  const found =
    uploader === ""
      ? state.artifacts.find(ctx, digest)
      : state.artifacts.findUpload(ctx, digest, parseAddress("account", uploader));
  if (found !== undefined) return found;
  throw keyNotFound({ problem: `artifact ${toHex(digest)} does not exist` });
}

const artifact = (state: KernelState) =>
  queryHandler(
    { request: kernel.QueryArtifactRequest, response: kernel.QueryArtifactResponse },
    (ctx, request) => ({ artifact: requireArtifact(ctx, state, request) }),
  );

const artifactChunk = (state: KernelState) =>
  queryHandler(
    { request: kernel.QueryArtifactChunkRequest, response: kernel.QueryArtifactChunkResponse },
    (ctx, request) => {
      const found = requireArtifact(ctx, state, request);
      const inRange = request.index < BigInt(chunkCount(found));
      const index = Number(request.index);
      const data = inRange ? state.artifacts.findChunk(ctx, found, index) : undefined;
      if (data === undefined) {
        throw keyNotFound({ problem: `chunk ${request.index} of ${toHex(request.digest)}` });
      }
      return { data };
    },
  );
