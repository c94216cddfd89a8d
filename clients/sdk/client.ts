import type { JsonValue } from "#core/codec/json.js";
import type { Partial as Fields } from "#core/codec/message.js";
import type { Coin } from "#core/primitives/coin.js";
import { type AccountState, findAccount } from "./auth/account.js";
import { balance } from "./bank/balance.js";
import { balances } from "./bank/balances.js";
import { send, type Transfer } from "./bank/send.js";
import { systemClock, type Clock } from "./clock.js";
import { SdkError } from "./errors.js";
import { type ChainEvent, type EventFilter, streamEvents } from "./events/streamEvents.js";
import { streamBlocks, type StreamOptions } from "./events/streamBlocks.js";
import type { Ask } from "./inference/ask.js";
import { awaitInference, type Inference } from "./inference/awaitInference.js";
import { infer, type InferOptions } from "./inference/infer.js";
import { KernelClient } from "./inference/kernelClient.js";
import { openKernel } from "./inference/openKernel.js";
import { quote, type Quote } from "./inference/quote.js";
import type { WaitForRequestOptions } from "./inference/waitForRequest.js";
import type { KernelBundle } from "./kernel/bundle.js";
import {
  publishKernel,
  type PublishedKernel,
  type PublishOptions,
} from "./kernel/publishKernel.js";
import { proverFromGenesis } from "./light/proverFromGenesis.js";
import type { QueryOptions } from "./query/callQuery.js";
import { queryMethod } from "./query/queryMethod.js";
import type { MessageNamed, MethodName, TypedService } from "./query/services.js";
import type { StoreProver } from "./query/storeProver.js";
import { httpTransport } from "./rpc/httpTransport.js";
import type { BlockResults } from "./rpc/blockResults.js";
import type { IncludedTx } from "./rpc/includedTx.js";
import { status } from "./rpc/status.js";
import type { CallOptions, RpcTransport } from "./rpc/transport.js";
import type { KernelSchema } from "./schema/kernelSchema.js";
import type { Signer } from "./signer/signer.js";
import type { ExecuteOptions } from "./tx/executeTx.js";
import { type GasPrice, parseGasPrice } from "./tx/gasPrice.js";
import { nodeGasPrice } from "./tx/nodeGasPrice.js";
import { SequenceTracker } from "./tx/sequenceTracker.js";
import type { TxContext } from "./tx/txContext.js";

/** What a client is connected with. */
export interface ConnectOptions extends CallOptions {
  /** URL of CometBFT's RPC, `http://…:26657`, or a transport of one's own. */
  readonly rpc: string | RpcTransport;
  /** An endpoint of somebody else: its headers must be those of the first. */
  readonly witnessRpc?: string | RpcTransport | undefined;
  /** The chain's genesis file, parsed: with it every answer to an inference is proven. */
  readonly genesis?: JsonValue | undefined;
  /** Instead of `genesis`: whatever proves what stores hold; see `storeProver`. */
  readonly prover?: StoreProver | undefined;
  /** Signs transactions; without one the client reads. */
  readonly signer?: Signer | undefined;
  /** Such as `0.025unes`; what the node asks for unless given. */
  readonly gasPrice?: string | undefined;
  /** The chain that must be behind the endpoint. */
  readonly chainId?: string | undefined;
  readonly clock?: Clock | undefined;
}

/** What a client holds together. */
interface ClientParts {
  readonly rpc: RpcTransport;
  readonly chainId: string;
  readonly clock: Clock;
  readonly prover: StoreProver | undefined;
  readonly tx: TxContext | undefined;
}

/** A kernel's name or the id of a version, and how strong the agreement must be. */
export type QuoteOptions = Pick<Ask, "assurance"> & CallOptions;

/**
 * One account's view of the chain, with the usual actions as methods; every action is also a
 * function of its own.
 *
 * @example
 * const rpc = "http://localhost:26657";
 * const client = await AivmClient.connect({ rpc, signer, genesis: genesisJson });
 * const { output, proof } = await client.infer("digits", { image });
 * console.log(output, proof.verified);
 */
export class AivmClient {
  readonly #parts: ClientParts;

  private constructor(parts: ClientParts) {
    this.#parts = parts;
  }

  /**
   * Connects to an endpoint and, when there is a genesis file, verifies the chain's first header by
   * it. Fails with `WRONG_CHAIN`, and with the errors of `trustFromGenesis`.
   */
  static async connect(options: ConnectOptions): Promise<AivmClient> {
    const { clock = systemClock, signal } = options;
    const rpc = toTransport(options.rpc);
    const { chainId } = await status(rpc, { signal });
    if (options.chainId !== undefined && options.chainId !== chainId) {
      throw new SdkError("WRONG_CHAIN", { expected: options.chainId, found: chainId });
    }
    const place = { rpc, chainId, clock };
    const [prover, tx] = await Promise.all([proverOf(place, options), txContextOf(place, options)]);
    return new AivmClient({ ...place, prover, tx });
  }

  /** Name of the chain behind the endpoint. */
  get chainId(): string {
    return this.#parts.chainId;
  }

  /** The endpoint, for the functions that take one. */
  get rpc(): RpcTransport {
    return this.#parts.rpc;
  }

  /** Bech32 address of the signer; fails with `NO_SIGNER`. */
  get address(): string {
    return this.#signing("address").signer.address;
  }

  /** What running a kernel on an input, or on several, would be charged; see `quote`. */
  quote(kernel: Ask["kernel"], input: Ask["input"], options: QuoteOptions = {}): Promise<Quote> {
    const { assurance, signal } = options;
    return quote(this.rpc, { kernel, input, assurance }, { signal });
  }

  /** Runs a kernel on an input, or on several, and waits for the answer; see `infer`. */
  async infer(
    kernel: Ask["kernel"],
    input: Ask["input"],
    options: InferOptions & Pick<Ask, "assurance"> = {},
  ): Promise<Inference> {
    const { prover } = this.#parts;
    const context = { ...this.#signing("infer"), prover };
    return infer(context, { kernel, input, assurance: options.assurance }, options);
  }

  /**
   * Opens a kernel by a declared schema, a name or a version's id: inputs and outputs have the types
   * of its schema, tensors come back as typed arrays; see `openKernel`.
   */
  async kernel<Schema extends KernelSchema = KernelSchema>(
    kernel: Schema | string | Uint8Array,
    options?: CallOptions,
  ): Promise<KernelClient<Schema>> {
    const { rpc, prover } = this.#parts;
    const context = (): TxContext & Pick<ClientParts, "prover"> => ({
      ...this.#signing("infer"),
      prover,
    });
    return new KernelClient({ rpc, context }, await openKernel(rpc, kernel, options));
  }

  /** Waits for the answer to a request of anybody; see `awaitInference`. */
  awaitInference(requestId: bigint, options?: WaitForRequestOptions): Promise<Inference> {
    return awaitInference(this.#parts, requestId, options);
  }

  /** Uploads, publishes and waits for the validation of a kernel version; see `publishKernel`. */
  async publishKernel(bundle: KernelBundle, options?: PublishOptions): Promise<PublishedKernel> {
    return publishKernel(this.#signing("publishKernel"), bundle, options);
  }

  /** Sends coins of the signer; see `send`. */
  async send(transfer: Transfer, options?: ExecuteOptions): Promise<IncludedTx> {
    return send(this.#signing("send"), transfer, options);
  }

  /** Number and sequence of an account, the signer's unless given; see `findAccount`. */
  async account(address?: string, options?: QueryOptions): Promise<AccountState | undefined> {
    return findAccount(this.rpc, address ?? this.address, options);
  }

  /** What an account has of one denomination; the signer's account unless given. */
  async balance(denom: string, address?: string, options?: QueryOptions): Promise<bigint> {
    return balance(this.rpc, { address: address ?? this.address, denom }, options);
  }

  /** All coins of an account; the signer's unless given. */
  async balances(address?: string, options?: QueryOptions): Promise<Coin[]> {
    return balances(this.rpc, address ?? this.address, options);
  }

  /** Events as they happen, each once and in order; see `streamEvents`. */
  events(
    filter?: EventFilter,
    options?: StreamOptions,
  ): AsyncGenerator<ChainEvent, void, undefined> {
    return streamEvents(this.#parts, filter, options);
  }

  /** What each block did as they are made; see `streamBlocks`. */
  blocks(options?: StreamOptions): AsyncGenerator<BlockResults, void, undefined> {
    return streamBlocks(this.#parts, options);
  }

  /** Asks a method of a generated service; see `queryMethod`. */
  queryMethod<Package, Prefix extends string, Method extends MethodName<Package, Prefix>>(
    service: TypedService<Package, Prefix>,
    method: Method,
    request: Fields<MessageNamed<Package, `${Prefix}${Method}Request`>>,
    options?: QueryOptions,
  ): Promise<MessageNamed<Package, `${Prefix}${Method}Response`>> {
    return queryMethod(this.rpc, { service, method, request }, options);
  }

  /** What sending transactions takes, for the functions that send; fails with `NO_SIGNER`. */
  get txContext(): TxContext {
    return this.#signing("txContext");
  }

  #signing(action: string): TxContext {
    const { tx } = this.#parts;
    if (tx === undefined) throw new SdkError("NO_SIGNER", { action });
    return tx;
  }
}

function toTransport(rpc: string | RpcTransport): RpcTransport {
  return typeof rpc === "string" ? httpTransport(rpc) : rpc;
}

type Place = Pick<ClientParts, "rpc" | "chainId" | "clock">;

// Imported, not loaded when needed: bundlers make an entry point of every `import()` they meet, used
// or not, and put what it shares with `index.ts` into what every application loads at first.
async function proverOf(
  { rpc: primary, clock }: Place,
  { genesis, prover, witnessRpc, signal }: ConnectOptions,
): Promise<StoreProver | undefined> {
  if (genesis === undefined) return prover;
  const witness = witnessRpc === undefined ? undefined : toTransport(witnessRpc);
  return proverFromGenesis(genesis, { primary, witness, clock }, { signal });
}

async function txContextOf(
  { rpc, chainId, clock }: Place,
  { signer, gasPrice, signal }: ConnectOptions,
): Promise<TxContext | undefined> {
  if (signer === undefined) return undefined;
  const price = await gasPriceOf(rpc, gasPrice, { signal });
  return { rpc, chainId, clock, signer, gasPrice: price, sequences: new SequenceTracker() };
}

async function gasPriceOf(
  rpc: RpcTransport,
  text: string | undefined,
  options: CallOptions,
): Promise<GasPrice> {
  if (text !== undefined) return parseGasPrice(text);
  return (await nodeGasPrice(rpc, options)) ?? parseGasPrice("0unes");
}
