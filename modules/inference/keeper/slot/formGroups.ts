import type { Context } from "#core/baseapp/context.js";
import {
  Assurance,
  type Params,
  type Request,
  RequestStatus,
} from "#core/codec/generated/aivm/inference/v1.js";
import {
  type Manifest,
  type Version,
  VersionStatus,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { assertDefined } from "#core/primitives/assert.js";
import { toHex } from "#core/primitives/bytes.js";
import { answersDiffer } from "#modules/kernel/types/distribution.js";
import { ANSWERS_PER_SLOT } from "../../types/limits.js";
import { requestPayloadBytes } from "../../types/payloadBound.js";
import type { InferenceKeeper } from "../keeper.js";
import { endQueued, type QueueEnd, queuedIds } from "../queue.js";
import { isRunnable } from "../requestInference.js";
import type { Candidate, SeatNeed } from "./eligible.js";

/** Queue entries that one slot looks at: as many as it may draw of the smallest. */
const QUEUE_SCAN = ANSWERS_PER_SLOT;

/** Requests that will share a committee. */
export interface Group extends SeatNeed {
  readonly assurance: Assurance;
  readonly versionId: Uint8Array;
  readonly manifest: Manifest;
  /** Whether nobody waits for the answers but a shadow run. */
  readonly isShadow: boolean;
  /** In queue order; at least one. */
  readonly requests: readonly Request[];
  /** Bytes of the payload of all outputs. */
  readonly outputBytes: bigint;
}

/** A version as a slot needs it. */
interface RunnableVersion {
  readonly manifest: Manifest;
  /** How its requests end, because it may not run; undefined when it may. */
  readonly ends: QueueEnd | undefined;
}

/**
 * Groups queued requests by version and assurance, in queue order: a group stands where its first
 * request does. Takes as many as the slot, one block's payloads and the providers' free seats may
 * hold; requests whose version may no longer run end.
 */
export function formGroups(
  ctx: Context,
  keeper: InferenceKeeper,
  providers: readonly Candidate[],
): readonly Group[] {
  const params = keeper.params(ctx);
  const former = new GroupFormer(params, providers);
  const versions = new Map<string, RunnableVersion>();
  for (const id of queuedIds(ctx, keeper, QUEUE_SCAN)) {
    const request = keeper.getRequest(ctx, id);
    const key = toHex(request.versionId);
    const version = versions.get(key) ?? readVersion(ctx, keeper, request.versionId);
    versions.set(key, version);
    if (version.ends !== undefined) endQueued(ctx, keeper, request, version.ends);
    else if (!former.add(request, version.manifest)) break;
  }
  return former.groups;
}

function readVersion(
  ctx: Context,
  keeper: InferenceKeeper,
  versionId: Uint8Array,
): RunnableVersion {
  const { kernel } = keeper.needs;
  const version = assertDefined(kernel.findVersion(ctx, versionId), "requests name versions");
  const manifest = kernel.getManifest(ctx, versionId);
  return { manifest, ends: endOf(ctx, version) };
}

/**
 * What this block took down is drawn as if it had not: its proposer knew the beacon, and every
 * later draw depends on the ids that batches take. The next block ends it.
 */
function endOf(ctx: Context, version: Version): QueueEnd | undefined {
  const isRevoked = version.status === VersionStatus.REVOKED;
  if (isRevoked && version.revokedHeight !== ctx.height) return RequestStatus.REVOKED;
  const before = isRevoked ? { ...version, status: VersionStatus.ACTIVE } : version;
  return isRunnable(ctx, before, true) ? undefined : RequestStatus.EXPIRED;
}

/** Fills groups until something that a slot may hold is used up. */
class GroupFormer {
  readonly groups: Group[] = [];
  readonly #params: Params;
  /**
   * Place of the group that still takes requests, by version, assurance and whether it is a shadow.
   */
  readonly #open = new Map<string, number>();
  readonly #providers: number;
  readonly #freeSeats: number;
  #gas = 0n;
  #answers = 0;
  /** Bytes of the outputs that proposers are going to attach. */
  #attached = 0n;

  constructor(params: Params, providers: readonly Candidate[]) {
    this.#params = params;
    this.#providers = providers.length;
    this.#freeSeats = providers.reduce(
      (sum, { load }) => sum + Math.max(0, params.providerBatches - load.openBatches),
      0,
    );
  }

  /** Whether the request found a place. */
  add(request: Request, manifest: Manifest): boolean {
    const gas = this.#gas + request.gas;
    const answers = this.#answers + this.#seatsOf(request, manifest);
    if (gas > this.#params.slotGas || answers > ANSWERS_PER_SLOT) return false;
    const single = groupOf(this.#params, request, manifest);
    const attached = this.#attached + attachedBytes(single);
    if (this.#attached > 0n && attached > this.#params.payloadBytes) return false;
    if (!this.#place(single)) return false;
    this.#gas = gas;
    this.#answers = answers;
    this.#attached = attached;
    return true;
  }

  #seatsOf({ assurance }: Request, { committee }: Manifest): number {
    return assurance === Assurance.FULL ? this.#providers : committee.target;
  }

  /** Joins the group that is open for its kind, or opens one; each takes a seat at least. */
  #place(single: Group): boolean {
    // Nobody's batch is larger for what shadow runs repeat.
    const key = `${toHex(single.versionId)}/${single.assurance}/${single.isShadow}`;
    const place = this.#open.get(key);
    const group = place === undefined ? undefined : this.groups[place];
    const merged = group && merge(group, single, this.#params);
    if (place !== undefined && merged !== undefined) {
      this.groups[place] = merged;
      return true;
    }
    if (this.groups.length >= this.#freeSeats) return false;
    this.#open.set(key, this.groups.length);
    this.groups.push(single);
    return true;
  }
}

function groupOf(params: Params, request: Request, manifest: Manifest): Group {
  const { inputCount } = request;
  const outputBytes = requestPayloadBytes(manifest, params, { inputCount, escalated: false });
  return {
    assurance: request.assurance,
    versionId: request.versionId,
    manifest,
    isShadow: request.shadow !== undefined,
    requests: [request],
    gas: request.gas,
    outputBytes,
    payloadBytes: answersDiffer(manifest) ? outputBytes : 0n,
  };
}

/**
 * Outputs that travel in transaction 0. What is drawn together is answered together, so a slot
 * draws no more of them than one block takes: the rest would have to travel in vote extensions.
 */
function attachedBytes({ outputBytes, payloadBytes }: Group): bigint {
  return payloadBytes > 0n ? 0n : outputBytes;
}

/** Both groups as one, or undefined when that exceeds a batch. */
function merge(a: Group, b: Group, params: Params): Group | undefined {
  const requests = [...a.requests, ...b.requests];
  const gas = a.gas + b.gas;
  const outputBytes = a.outputBytes + b.outputBytes;
  const fits =
    requests.length <= params.maxBatchRequests &&
    gas <= params.maxBatchGas &&
    outputBytes <= params.payloadBytes;
  const payloadBytes = a.payloadBytes + b.payloadBytes;
  return fits ? { ...a, requests, gas, outputBytes, payloadBytes } : undefined;
}
