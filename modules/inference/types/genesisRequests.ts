import {
  Assurance,
  type GenesisRequest,
  type GenesisState,
  type Request,
  RequestStatus,
  type Result,
} from "#core/codec/generated/aivm/inference/v1.js";
import { parseAddress } from "#core/crypto/address.js";
import { equalBytes } from "#core/primitives/bytes.js";
import { compareBig, isStrictlyAscending } from "#core/primitives/sorted.js";
import { inputsRoot, requestDigest } from "./digests.js";
import {
  requireAmount,
  requireAt,
  requireBytes,
  requireGivenOut,
  requireHeight,
  requireOnce,
} from "./genesisFields.js";
import { DIGEST_BYTES, MAX_INPUTS } from "./limits.js";
import { isAnswered, isTerminal } from "./request.js";

/** Checks requests, which are in order of their ids, with their inputs and results. */
export function validateRequests(genesis: GenesisState): void {
  requireAt(genesis.nextRequestId > 0n, "inference.next_request_id", "below 1");
  for (const [index, entry] of genesis.requests.entries()) {
    const at = `inference.requests[${index}]`;
    requireGivenOut(entry.request.id, genesis.nextRequestId, `${at}.request.id`);
    validateRequest(entry.request, `${at}.request`);
    validateInputs(entry, at);
    if (entry.result !== undefined) validateResult(entry.request, entry.result, `${at}.result`);
    else requireAt(!isAnswered(entry.request.status), `${at}.result`, "an answer is missing");
    requireHeight(entry.pruneHeight, `${at}.prune_height`);
  }
  const ids = genesis.requests.map(({ request }) => request.id);
  requireAt(isStrictlyAscending(ids, compareBig), "inference.requests", "ids do not ascend");
}

function validateRequest(request: Request, at: string): void {
  parseAddress("account", request.requester);
  requireBytes(request.versionId, DIGEST_BYTES, `${at}.version_id`);
  requireBytes(request.inputsRoot, DIGEST_BYTES, `${at}.inputs_root`);
  const { assurance, inputCount, status } = request;
  const assured = assurance === Assurance.COMMITTEE || assurance === Assurance.FULL;
  requireAt(assured, `${at}.assurance`, "unknown");
  requireAt(inputCount >= 1 && inputCount <= MAX_INPUTS, `${at}.input_count`, "out of bounds");
  const known = status >= RequestStatus.QUEUED && status <= RequestStatus.REVOKED;
  requireAt(known, `${at}.status`, "unknown");
  requireAmount(request.fees.admission, `${at}.fees.admission`);
  requireAmount(request.fees.compute, `${at}.fees.compute`);
  requireAmount(request.fees.author, `${at}.fees.author`);
  requireAmount(request.fees.priority, `${at}.fees.priority`);
  requireHeight(request.height, `${at}.height`);
  requireAt(request.deadlineHeight > request.height, `${at}.deadline_height`, "not after height");
  requireAt(isTerminal(status) || !request.paid, `${at}.paid`, "paid before its end");
  validateSlot(request, at);
  validateShadow(request, at);
}

/**
 * What a shadow request repeats came before it; whether it was answered is looked at with the
 * state.
 */
function validateShadow(request: Request, at: string): void {
  const { id, shadow, inputCount, assurance, fees } = request;
  if (shadow === undefined) return;
  const isOne = inputCount === 1 && assurance === Assurance.COMMITTEE && fees.priority === "0";
  requireAt(isOne, `${at}.shadow`, "of other than one input under COMMITTEE without priority");
  requireAt(shadow.requestId < id, `${at}.shadow.request_id`, "not of a request before it");
  requireAmount(shadow.headPrice, `${at}.shadow.head_price`);
}

/** What was drawn has a slot; what was not, and ends so, has none. */
function validateSlot(request: Request, at: string): void {
  const { status, slotHeight, slotBeacon, batchId, originBatchId } = request;
  const undrawn =
    status === RequestStatus.QUEUED ||
    status === RequestStatus.EXPIRED ||
    // What was taken down may have been drawn before or not.
    (status === RequestStatus.REVOKED && batchId === 0n);
  requireAt((batchId === 0n) === undrawn, `${at}.batch_id`, "does not fit the status");
  requireAt((slotHeight === 0n) === undrawn, `${at}.slot_height`, "does not fit the status");
  requireHeight(slotHeight, `${at}.slot_height`);
  requireBytes(slotBeacon, undrawn ? 0 : DIGEST_BYTES, `${at}.slot_beacon`);
  const escalated = status === RequestStatus.ESCALATED;
  requireAt(!escalated || originBatchId > 0n, `${at}.origin_batch_id`, "missing");
  requireAt(!undrawn || originBatchId === 0n, `${at}.origin_batch_id`, "does not fit the status");
}

/** Inputs are there until a request has ended, and hash to its root. */
function validateInputs({ request, inputs }: GenesisRequest, at: string): void {
  if (inputs === undefined) {
    requireAt(isTerminal(request.status), `${at}.inputs`, "missing before its end");
    return;
  }
  requireAt(inputs.inputs.length === request.inputCount, `${at}.inputs`, "not input_count");
  const root = inputsRoot(inputs.inputs);
  requireAt(equalBytes(root, request.inputsRoot), `${at}.inputs`, "do not hash to inputs_root");
}

function validateResult(request: Request, result: Result, at: string): void {
  requireAt(result.requestId === request.id, `${at}.request_id`, "of another request");
  requireAt(isAnswered(result.status), `${at}.status`, "no answer");
  if (isAnswered(request.status)) {
    requireAt(result.status === request.status, `${at}.status`, "not that of the request");
    requireAt(!result.provisional, `${at}.provisional`, "of a request that has ended");
  } else {
    requireAt(!isTerminal(request.status), at, "of a request that ended without an answer");
  }
  requireAt(result.executions.length === request.inputCount, `${at}.executions`, "not input_count");
  const digest = requestDigest(result.executions.map(({ receipt }) => receipt));
  const proven = equalBytes(digest, result.requestDigest);
  requireAt(proven, `${at}.request_digest`, "not that of the executions");
  requireHeight(result.height, `${at}.height`);
}

/** Checks the escalation queue: escalated requests, in order of their ids. */
export function validateEscalations(genesis: GenesisState): void {
  const requests = new Map(genesis.requests.map(({ request }) => [request.id, request]));
  requireOnce(genesis.escalations, ({ requestId }) => requestId, "inference.escalations");
  for (const [index, escalation] of genesis.escalations.entries()) {
    const at = `inference.escalations[${index}]`;
    const request = requests.get(escalation.requestId);
    const waits = request?.status === RequestStatus.ESCALATED;
    requireAt(waits, `${at}.request_id`, "not a request that is escalated");
    const same = request?.originBatchId === escalation.originBatchId;
    requireAt(same, `${at}.origin_batch_id`, "not that of the request");
    requireHeight(escalation.height, `${at}.height`);
  }
}
