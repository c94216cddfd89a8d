import {
  Assurance,
  MsgRequestInference,
  QueryRequestRequest,
  QueryRequestResponse,
  QueryRequestsRequest,
  QueryRequestsResponse,
  QueryResultRequest,
  QueryResultResponse,
  type Request,
  RequestStatus,
  type Result,
} from "#core/codec/generated/aivm/inference/v1.js";
import { PageRequest } from "#core/codec/generated/cosmos/base/query/v1beta1.js";
import { pack } from "#core/codec/typeRegistry.js";
import { assertDefined } from "#core/primitives/assert.js";
import { coin } from "#core/primitives/coin.js";
import { isTerminal } from "#modules/inference/types/request.js";
import { accountNumberOf } from "./accountNumber.js";
import type { Digits } from "./digits.js";
import type { Rpc } from "./rpc.js";
import { type SendChain, type Sender, signMessages } from "./sends.js";

/** Inputs of every request. */
export const INPUTS_A_REQUEST = 16;

/** More than any request costs. */
const MAX_PRICE = 1_000_000_000n;
/** Requests in one answer to a query. */
const PAGE = 500;
/**
 * Requests in one transaction: somebody with so much to ask sends it together, and what a
 * transaction costs CometBFT is not what is measured.
 */
export const REQUESTS_A_TX = 8;
/** Transactions in one RPC call. */
const BATCH = 4;

interface Requester {
  readonly sender: Sender;
  readonly accountNumber: bigint;
  sequence: bigint;
}

/** Makes requests of the kernel digits and knows how many of them have ended. */
export class RequestFeed {
  readonly #rpc: Rpc;
  readonly #chain: SendChain;
  readonly #digits: Digits;
  readonly #requesters: readonly Requester[];
  #submitted = 0;
  /** Requests are numbered from 1 on and drawn in that order. */
  #settled = 0;

  private constructor(
    parts: { readonly rpc: Rpc; readonly chain: SendChain; readonly digits: Digits },
    requesters: readonly Requester[],
  ) {
    this.#rpc = parts.rpc;
    this.#chain = parts.chain;
    this.#digits = parts.digits;
    this.#requesters = requesters;
  }

  /** The chain must not have had any request. */
  static async start(
    parts: { readonly rpc: Rpc; readonly chain: SendChain; readonly digits: Digits },
    senders: readonly Sender[],
  ): Promise<RequestFeed> {
    const requesters: Requester[] = [];
    for (const sender of senders) {
      const accountNumber = await accountNumberOf(parts.rpc, sender);
      requesters.push({ sender, accountNumber, sequence: 0n });
    }
    return new RequestFeed(parts, requesters);
  }

  get submitted(): number {
    return this.#submitted;
  }

  /** Hands in requests, up to eight in a transaction. */
  async submit(count: number): Promise<void> {
    const end = this.#submitted + count;
    while (this.#submitted < end) {
      const txs: Uint8Array[] = [];
      let next = this.#submitted;
      while (txs.length < BATCH && next < end) {
        const requests = Math.min(REQUESTS_A_TX, end - next);
        txs.push(this.#sign(next, requests));
        next += requests;
      }
      const refusal = (await this.#rpc.broadcast(txs)).find((text) => text !== "");
      if (refusal !== undefined) throw new Error(`a request was refused: ${refusal}`);
      this.#submitted = next;
    }
  }

  /** How many requests have ended: all up to the last that has, by the order of the queue. */
  async settled(): Promise<number> {
    let [low, high] = [this.#settled, this.#submitted];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      const request = await this.find(middle);
      if (request !== undefined && isTerminal(request.status)) low = middle;
      else high = middle - 1;
    }
    this.#settled = low;
    return low;
  }

  /** How many requests of a range of numbers, the first excluded, have been answered. */
  async fulfilled(after: number, last: number): Promise<number> {
    let count = 0;
    let left = last - after;
    let key: Uint8Array = new Uint8Array();
    while (left > 0) {
      const limit = BigInt(Math.min(PAGE, left));
      const from = key.length === 0 ? { offset: BigInt(after) } : { key };
      const pagination = PageRequest.create({ ...from, limit });
      const query = QueryRequestsRequest.encode({ requester: "", pagination });
      const answer = await this.#rpc.query("/aivm.inference.v1.Query/Requests", query);
      const { requests, pagination: page } = QueryRequestsResponse.decode(answer);
      count += requests.filter(({ status }) => status === RequestStatus.FULFILLED).length;
      left -= Number(limit);
      key = page?.nextKey ?? new Uint8Array();
    }
    return count;
  }

  /** A request by its number; undefined before it is in a block. */
  async find(id: number): Promise<Request | undefined> {
    const query = QueryRequestRequest.encode({ id: BigInt(id) });
    try {
      const answer = await this.#rpc.query("/aivm.inference.v1.Query/Request", query);
      return QueryRequestResponse.decode(answer).request;
    } catch {
      return undefined;
    }
  }

  /** The result of a request that has ended with one. */
  async result(id: number): Promise<Result> {
    const query = QueryResultRequest.encode({ id: BigInt(id) });
    const answer = await this.#rpc.query("/aivm.inference.v1.Query/Result", query);
    return QueryResultResponse.decode(answer).result;
  }

  #sign(first: number, count: number): Uint8Array {
    const at = Math.floor(first / REQUESTS_A_TX) % this.#requesters.length;
    const requester = assertDefined(this.#requesters[at], "there are requesters");
    const { sender, accountNumber, sequence } = requester;
    requester.sequence++;
    const messages = Array.from({ length: count }, (_, index) =>
      pack(MsgRequestInference, this.#request(sender, first + index)),
    );
    return signMessages(this.#chain, sender, messages, { accountNumber, sequence });
  }

  #request(sender: Sender, index: number): MsgRequestInference {
    return MsgRequestInference.create({
      requester: sender.address,
      kernel: this.#digits.bundle.manifest.name,
      inputs: Array.from(
        { length: INPUTS_A_REQUEST },
        (_, input) => this.#digits.task(index + input).input,
      ),
      assurance: Assurance.COMMITTEE,
      maxPrice: coin(this.#chain.denom, MAX_PRICE),
      priorityFee: coin(this.#chain.denom, 0n),
    });
  }
}
