import {
  Batch,
  Challenge,
  Escalation,
  Fault,
  KernelTrouble,
  Params,
  Payload,
  ProviderLoad,
  Request,
  RequestInputs,
  Result,
} from "#core/codec/generated/aivm/inference/v1.js";
import { bytesKey, textKey, uint64Key } from "#core/store/collections/keyCodecs.js";
import { Item } from "#core/store/collections/item.js";
import { KeySet } from "#core/store/collections/keySet.js";
import { KvMap } from "#core/store/collections/kvMap.js";
import { tupleKey } from "#core/store/collections/tupleKey.js";
import { bytesValue, messageValue, uint64Value } from "#core/store/collections/valueCodecs.js";
import { PREFIX } from "../types/keys.js";

/** Consensus address and batch of a seat. */
export const owedSeatKey = tupleKey(bytesKey, uint64Key);
/** Inverted priority fee, height, request id: the order of the queue. */
export const queueKey = tupleKey(uint64Key, uint64Key, uint64Key);
/** Operator, batch, seat. */
export const faultKey = tupleKey(textKey, uint64Key, uint64Key);
/** Batch and seat. */
export const seatKey = tupleKey(uint64Key, uint64Key);
/** Height and request or batch. */
export const dueKey = tupleKey(uint64Key, uint64Key);
/** Requester and request. */
export const requesterKey = tupleKey(textKey, uint64Key);

/** Typed views over the module's store; `types/keys.ts` lists the prefixes. */
export const TABLES = {
  params: new Item(PREFIX.params, messageValue(Params)),
  nextRequestId: new Item(PREFIX.nextRequestId, uint64Value),
  nextBatchId: new Item(PREFIX.nextBatchId, uint64Value),
  beacons: new KvMap(PREFIX.beacon, uint64Key, bytesValue),
  requests: new KvMap(PREFIX.request, uint64Key, messageValue(Request)),
  inputs: new KvMap(PREFIX.inputs, uint64Key, messageValue(RequestInputs)),
  results: new KvMap(PREFIX.result, uint64Key, messageValue(Result)),
  queue: new KeySet(PREFIX.queue, queueKey),
  batches: new KvMap(PREFIX.batch, uint64Key, messageValue(Batch)),
  openBatches: new KeySet(PREFIX.openBatch, uint64Key),
  closing: new KeySet(PREFIX.closing, dueKey),
  owedSeats: new KvMap(PREFIX.owedSeat, owedSeatKey, uint64Value),
  faults: new KvMap(PREFIX.fault, faultKey, messageValue(Fault)),
  challenges: new KvMap(PREFIX.challenge, uint64Key, messageValue(Challenge)),
  providers: new KvMap(PREFIX.provider, bytesKey, messageValue(ProviderLoad)),
  escalations: new KvMap(PREFIX.escalation, uint64Key, messageValue(Escalation)),
  troubles: new KvMap(PREFIX.trouble, bytesKey, messageValue(KernelTrouble)),
  seatPayloads: new KvMap(PREFIX.seatPayload, seatKey, messageValue(Payload)),
  agreedPayloads: new KvMap(PREFIX.agreedPayload, uint64Key, messageValue(Payload)),
  due: new KeySet(PREFIX.deadline, dueKey),
  retention: new KeySet(PREFIX.retention, dueKey),
  byRequester: new KeySet(PREFIX.requesterIndex, requesterKey),
  queueLength: new Item(PREFIX.queueLength, uint64Value),
  shadowQueue: new KeySet(PREFIX.shadowQueue, dueKey),
  shadowQueueLength: new Item(PREFIX.shadowQueueLength, uint64Value),
} as const;
