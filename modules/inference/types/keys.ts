/** Name of the module, its store and its escrow account. */
export const INFERENCE_MODULE = "inference";

/**
 * Store prefixes: key → value.
 *
 * | prefix | key | value |
 * |---|---|---|
 * | 0x00 | | Params |
 * | 0x01 | | next request id, 8 bytes |
 * | 0x02 | | next batch id, 8 bytes |
 * | 0x03 | height | beacon, 32 bytes |
 * | 0x04 | request id | Request |
 * | 0x05 | request id | RequestInputs, until pruned |
 * | 0x06 | request id | Result |
 * | 0x07 | inverted priority fee, height, request id | nothing: the queue |
 * | 0x08 | batch id | Batch |
 * | 0x09 | batch id | nothing: batches whose decision is awaited |
 * | 0x0a | consensus address, batch id | number of a seat that holds a reservation, 8 bytes |
 * | 0x0b | operator, batch id, seat | Fault |
 * | 0x0c | request id | Challenge |
 * | 0x0d | consensus address | ProviderLoad |
 * | 0x0e | request id | Escalation: the escalation queue |
 * | 0x0f | version id | KernelTrouble |
 * | 0x10 | batch id, seat | Payload of a seat, for code aggregation |
 * | 0x11 | height, request id | nothing: when a request is looked at again, to expire or to end |
 * | 0x12 | height, request id | nothing: inputs and outputs to prune |
 * | 0x13 | requester, request id | nothing: requests of an account |
 * | 0x14 | | number of queued requests, 8 bytes |
 * | 0x15 | batch id | Payload: outputs that have arrived, until the batch settles |
 * | 0x16 | height, batch id | nothing: settled batches that wait for nothing but the height |
 * | 0x17 | height, request id | nothing: the queue of shadow requests |
 * | 0x18 | | number of queued shadow requests, 8 bytes |
 */
export const PREFIX = {
  params: 0x00,
  nextRequestId: 0x01,
  nextBatchId: 0x02,
  beacon: 0x03,
  request: 0x04,
  inputs: 0x05,
  result: 0x06,
  queue: 0x07,
  batch: 0x08,
  openBatch: 0x09,
  owedSeat: 0x0a,
  fault: 0x0b,
  challenge: 0x0c,
  provider: 0x0d,
  escalation: 0x0e,
  trouble: 0x0f,
  seatPayload: 0x10,
  deadline: 0x11,
  retention: 0x12,
  requesterIndex: 0x13,
  queueLength: 0x14,
  agreedPayload: 0x15,
  closing: 0x16,
  shadowQueue: 0x17,
  shadowQueueLength: 0x18,
} as const;
