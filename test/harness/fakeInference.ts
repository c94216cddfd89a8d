import {
  Batch,
  BatchKind,
  BatchStatus,
  MsgRequestInference,
  MsgRequestInferenceResponse,
  QueryBatchRequest,
  QueryBatchResponse,
  QueryQuoteRequest,
  QueryQuoteResponse,
  QueryRequestRequest,
  QueryRequestResponse,
  QueryResultRequest,
  QueryResultResponse,
  ReceiptStatus,
  Request,
  RequestStatus,
  Result,
  Seat,
  SeatStatus,
} from "#core/codec/generated/aivm/inference/v1.js";
import {
  Kernel,
  type Manifest,
  QueryKernelRequest,
  QueryKernelResponse,
  QueryVersionRequest,
  QueryVersionResponse,
  ValueSet,
  Version,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { pack } from "#core/codec/typeRegistry.js";
import { sha256 } from "#core/crypto/hash.js";
import { equalBytes, toHex, utf8 } from "#core/primitives/bytes.js";
import { coin } from "#core/primitives/coin.js";
import { type Event, event } from "#core/primitives/event.js";
import { batchRoot, requestDigest } from "#modules/inference/types/digests.js";
import { manifestHash } from "#modules/kernel/types/manifest.js";
import { valuesFromJson } from "#modules/kernel/types/valueJson.js";
import { computeVersionId } from "#modules/kernel/types/versionId.js";
import { resultKey } from "#sdk/inference/getResult.js";
import { TxFault } from "./fakeChain.js";
import { type FakeChainRpc, notFound } from "./fakeChainRpc.js";

/** How the fake members answer. */
export interface FakeAnswer {
  readonly status: RequestStatus;
  /** One for each input: an output, or the status of a failed execution. */
  readonly executions: ReadonlyArray<Readonly<Record<string, unknown>> | ReceiptStatus>;
}

const OPERATORS = ["nesavaloper1a", "nesavaloper1b", "nesavaloper1c"];
const FEES = { admission: "100", compute: "2000", author: "300", priority: "0" };

/**
 * The inference module behind a fake chain: one batch for each request, drawn a block after it,
 * committed after two more, revealed and answered after four.
 */
export class FakeInference {
  /** Requests in the order of their ids, from 1. */
  readonly requests: Request[] = [];
  /** Messages as they were delivered. */
  readonly asked: MsgRequestInference[] = [];
  answer: (request: Request) => FakeAnswer = () => {
    throw new Error("no answer was planned");
  };
  readonly manifest: Manifest;
  readonly versionId: Uint8Array;
  readonly #fake: FakeChainRpc;
  readonly #results = new Map<bigint, Result>();
  readonly #roots = new Map<bigint, Uint8Array>();

  constructor(fake: FakeChainRpc, manifest: Manifest) {
    this.#fake = fake;
    this.manifest = manifest;
    this.versionId = computeVersionId(manifest.name, manifestHash(manifest), []);
    fake.chain.messages.set(MsgRequestInference.typeUrl, (value, height) => ({
      response: pack(MsgRequestInferenceResponse, this.#request(value, height)),
    }));
    fake.chain.beforeBlock = (height) => this.#advance(height);
    this.#serve();
  }

  batch(id: bigint): Batch | undefined {
    const request = this.requests[Number(id) - 1];
    if (request === undefined || request.slotHeight === 0n) return undefined;
    const root = this.#roots.get(id) ?? new Uint8Array(0);
    const seat = (operatorAddress: string, index: number): Seat => {
      const silent = index === OPERATORS.length - 1;
      return Seat.create({
        operatorAddress,
        consensusAddress: sha256(utf8(operatorAddress)).slice(0, 20),
        power: 10n,
        status: silent ? SeatStatus.ABSENT : SeatStatus.REVEALED,
        batchRoot: silent ? new Uint8Array(0) : root,
      });
    };
    return Batch.create({
      id,
      kind: BatchKind.COMMITTEE,
      status: BatchStatus.SETTLED,
      requestIds: [request.id],
      slotHeight: request.slotHeight,
      seats: OPERATORS.map(seat),
      agreedRoot: root,
      agreedLeaves: root.length === 0 ? [] : [this.#results.get(id)!.requestDigest],
    });
  }

  #request(value: Uint8Array, height: bigint): MsgRequestInferenceResponse {
    const msg = MsgRequestInference.decode(value);
    this.asked.push(msg);
    if (BigInt(msg.maxPrice.amount) < 2_400n) throw new TxFault("inference", 9, "price too high");
    const id = BigInt(this.requests.length + 1);
    const priority = msg.priorityFee.amount === "" ? "0" : msg.priorityFee.amount;
    this.requests.push(
      Request.create({
        id,
        requester: msg.requester,
        versionId: msg.versionId,
        assurance: msg.assurance,
        inputCount: msg.inputs.length,
        fees: { ...FEES, priority },
        height,
        status: RequestStatus.QUEUED,
      }),
    );
    return { requestId: id, price: coin("unes", 2_400n) };
  }

  /** Moves every request on; gives the events of the block. */
  #advance(height: bigint): Event[] {
    return this.requests.flatMap((request) => {
      switch (height - request.height) {
        case 1n:
          Object.assign(request, {
            status: RequestStatus.COMMITTING,
            slotHeight: height,
            batchId: request.id,
          });
          return [];
        case 3n:
          request.status = RequestStatus.REVEALING;
          return [
            ...OPERATORS.slice(0, -1).map((operator) =>
              batchEvent("committed", request.id, operator),
            ),
            batchEvent("commits_frozen", request.id),
          ];
        case 5n:
          this.#settle(request, height);
          return OPERATORS.slice(0, -1).map((operator) =>
            batchEvent("revealed", request.id, operator),
          );
        default:
          return [];
      }
    });
  }

  #settle(request: Request, height: bigint): void {
    const { status, executions } = this.answer(request);
    request.status = status;
    if (status !== RequestStatus.FULFILLED && status !== RequestStatus.KERNEL_FAILED) return;
    const result = Result.create({
      requestId: request.id,
      status,
      height,
      executions: executions.map((one) => this.#execution(one)),
      seatsAgreed: 2,
      seatsTotal: 3,
    });
    result.requestDigest = requestDigest(result.executions.map(({ receipt }) => receipt));
    this.#results.set(request.id, result);
    this.#roots.set(request.id, batchRoot([result.requestDigest]));
    this.#fake.write(resultKey(request.id), Result.encode(result));
  }

  #execution(answer: FakeAnswer["executions"][number]): Result["executions"][number] {
    const empty = new Uint8Array(0);
    const gasUsed = 1_000n;
    if (typeof answer === "number") {
      const receipt = {
        status: answer,
        gasUsed,
        outputSize: 0n,
        outputDigest: empty,
        workDigest: empty,
      };
      return { receipt, output: empty };
    }
    const output = ValueSet.encode(valuesFromJson(this.manifest.outputs, answer));
    const outputDigest = sha256(output);
    const outputSize = BigInt(output.length);
    const receipt = {
      status: ReceiptStatus.OK,
      gasUsed,
      outputSize,
      outputDigest,
      workDigest: empty,
    };
    return { receipt, output };
  }

  #serve(): void {
    const fake = this.#fake;
    const path = (method: string): string => `/aivm.inference.v1.Query/${method}`;
    fake.answer(
      "/aivm.kernel.v1.Query/Kernel",
      { request: QueryKernelRequest, response: QueryKernelResponse },
      ({ name }) => {
        if (name !== this.manifest.name) throw notFound(`kernel ${name}`);
        return { kernel: Kernel.create({ id: 1n, name, headVersionId: this.versionId }) };
      },
    );
    fake.answer(
      "/aivm.kernel.v1.Query/Version",
      { request: QueryVersionRequest, response: QueryVersionResponse },
      ({ id }) => {
        if (!equalBytes(id, this.versionId)) throw notFound(`version ${toHex(id)}`);
        return { version: Version.create({ id }), manifest: this.manifest };
      },
    );
    fake.answer(
      path("Quote"),
      { request: QueryQuoteRequest, response: QueryQuoteResponse },
      (asked) => ({
        price: coin("unes", 2_400n),
        fees: FEES,
        versionId: asked.versionId,
      }),
    );
    fake.answer(
      path("Request"),
      { request: QueryRequestRequest, response: QueryRequestResponse },
      ({ id }) => {
        const request = this.requests[Number(id) - 1];
        if (request === undefined) throw notFound(`request ${id}`);
        return { request };
      },
    );
    fake.answer(
      path("Result"),
      { request: QueryResultRequest, response: QueryResultResponse },
      ({ id }) => {
        const result = this.#results.get(id);
        if (result === undefined) throw notFound(`result ${id}`);
        return { result };
      },
    );
    fake.answer(
      path("Batch"),
      { request: QueryBatchRequest, response: QueryBatchResponse },
      ({ id }) => {
        const batch = this.batch(id);
        if (batch === undefined) throw notFound(`batch ${id}`);
        return { batch };
      },
    );
  }
}

function batchEvent(type: string, batchId: bigint, operator?: string): Event {
  const attributes: Array<readonly [string, string | bigint]> = [["batch_id", batchId]];
  if (operator !== undefined) attributes.push(["operator", operator]);
  return event(`inference.${type}`, attributes);
}
