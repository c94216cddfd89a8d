import {
  QueryAccountRequest,
  QueryAccountResponse,
} from "#core/codec/generated/cosmos/auth/v1beta1.js";
import { SimulateRequest, SimulateResponse } from "#core/codec/generated/cosmos/tx/v1beta1.js";
import type { Validator } from "#core/codec/generated/tendermint/types.js";
import type { JsonObject } from "#core/codec/json.js";
import { formatInstant } from "#core/codec/civilTime.js";
import type { MessageCodec } from "#core/codec/message.js";
import type { LightBlock } from "#core/comet/lightBlock.js";
import { sha256 } from "#core/crypto/hash.js";
import { fromBase64, fromHex, toBase64, toHex, toUpperHex } from "#core/primitives/bytes.js";
import { openStore } from "#core/store/multistore.js";
import type { Store } from "#core/store/store.js";
import { StoreKey } from "#core/store/storeKey.js";
import { commitJson, eventsJson, headerJson, txResultJson, validatorsJson } from "./cometJson.js";
import { FakeChain, packedAccount, TxFault } from "./fakeChain.js";
import { FakeClock } from "./fakeClock.js";
import { LIGHT_CHAIN, LIGHT_EPOCH, lightBlock, lightValidator } from "./lightChain.js";
import { RpcFault, RpcServer } from "./rpcServer.js";

/** Thrown by a query: answered with this code. */
export class QueryFault extends TxFault {}

/** What is not there, as the chain answers it. */
export function notFound(what: string): QueryFault {
  return new QueryFault("sdk", 22, `rpc error: code = NotFound desc = ${what}: key not found`);
}

type QueryHandler = (data: Uint8Array, height: bigint) => Uint8Array;

const NO_BYTES = new Uint8Array(0);
const INFERENCE = new StoreKey("inference", "tree");
const OTHER = new StoreKey("bank", "tree");

/**
 * A fake chain behind a JSON-RPC server: signed headers, a store "inference" with proofs, queries
 * and transactions. Every pause of its clock makes a block.
 */
export class FakeChainRpc {
  readonly chain = new FakeChain();
  readonly server: RpcServer;
  readonly clock: FakeClock;
  readonly validators: readonly Validator[];
  /** Changes what a height's light block is made from, for endpoints that lie. */
  alter: (block: LightBlock) => LightBlock = (block) => block;
  readonly #queries = new Map<string, QueryHandler>();
  readonly #store: Store = openStore({ memory: true, stores: [INFERENCE, OTHER] });
  readonly #appHashes: Uint8Array[] = [];
  #writes: Array<readonly [key: Uint8Array, value: Uint8Array]> = [];

  private constructor(server: RpcServer) {
    this.server = server;
    this.validators = ["a", "b", "c", "d"].map((name) => lightValidator(name, 10n));
    this.clock = new FakeClock(LIGHT_EPOCH + 1_000n, () => {
      this.makeBlock();
    });
    this.#serve();
    this.makeBlock();
    this.makeBlock();
  }

  static async start(): Promise<FakeChainRpc> {
    return new FakeChainRpc(await RpcServer.start());
  }

  close(): Promise<void> {
    return this.server.close();
  }

  /** The genesis file that the chain began with. */
  get genesis(): JsonObject {
    return {
      chain_id: LIGHT_CHAIN,
      genesis_time: formatInstant({ seconds: LIGHT_EPOCH + 1n, nanos: 5 }),
      initial_height: "1",
      validators: this.validators.map((one) => ({
        pub_key: { type: "tendermint/PubKeyEd25519", value: toBase64(one.pubKey.ed25519) },
        power: String(one.votingPower),
      })),
      app_state: {},
    };
  }

  /** Answers a query method. */
  answer<Q extends object, R extends object>(
    path: string,
    codecs: { readonly request: MessageCodec<Q>; readonly response: MessageCodec<R> },
    handle: (request: Q, height: bigint) => Partial<R>,
  ): void {
    this.#queries.set(path, (data, height) => {
      const response = handle(codecs.request.decode(data), height);
      return codecs.response.encode(codecs.response.create(response));
    });
  }

  /** Writes a key of the store "inference" in the next block. */
  write(key: Uint8Array, value: Uint8Array): void {
    this.#writes.push([key, value]);
  }

  makeBlock(): void {
    this.chain.makeBlock();
    const branch = this.#store.branch();
    for (const [key, value] of this.#writes) branch.kv(INFERENCE).set(key, value);
    branch.kv(OTHER).set(Uint8Array.of(1), sha256(Uint8Array.of(Number(this.chain.height & 255n))));
    this.#writes = [];
    this.#store.stage(branch, this.chain.height);
    this.#appHashes.push(this.#store.commit().appHash);
  }

  /** The signed header of a height with its validators. */
  lightBlock(height: bigint): LightBlock {
    const appHash = this.#appHashes[Number(height) - 2] ?? NO_BYTES;
    return this.alter(lightBlock({ height, validators: this.validators, header: { appHash } }));
  }

  #serve(): void {
    const { handlers } = this.server;
    handlers.set("status", () => this.#status());
    handlers.set("commit", ({ height }) => commitJson(this.#at(height)));
    handlers.set("header", ({ height }) => ({
      header: headerJson(this.#at(height).signedHeader.header),
    }));
    handlers.set("validators", (params) =>
      validatorsJson(this.#at(params["height"]).validatorSet.validators, params),
    );
    handlers.set("broadcast_tx_sync", ({ tx }) => this.#broadcast(fromBase64(tx as string)!));
    handlers.set("tx", ({ hash }) => this.#tx(fromBase64(hash as string)!));
    handlers.set("block_results", ({ height }) => this.#blockResults(BigInt(height as string)));
    handlers.set("abci_query", (params) => this.#abciQuery(params));
    this.answer(
      "/cosmos.auth.v1beta1.Query/Account",
      { request: QueryAccountRequest, response: QueryAccountResponse },
      ({ address }) => {
        const account = this.chain.findAccount(address);
        if (account === undefined) throw notFound(`account ${address}`);
        return { account: packedAccount(account) };
      },
    );
    this.answer(
      "/cosmos.tx.v1beta1.Service/Simulate",
      { request: SimulateRequest, response: SimulateResponse },
      ({ txBytes }) => ({ gasInfo: { gasWanted: 0n, gasUsed: this.#simulate(txBytes) } }),
    );
  }

  #simulate(txBytes: Uint8Array): bigint {
    try {
      return this.chain.simulate(txBytes);
    } catch (error) {
      if (!(error instanceof TxFault)) throw error;
      const log = `rpc error: code = InvalidArgument desc = ${error.message}: invalid request`;
      throw new QueryFault("sdk", 18, log);
    }
  }

  #status(): JsonObject {
    return {
      node_info: { network: LIGHT_CHAIN, version: "0.38.25", moniker: "fake" },
      sync_info: {
        latest_block_height: String(this.chain.height),
        latest_block_time: formatInstant({ seconds: LIGHT_EPOCH, nanos: 0 }),
        earliest_block_height: "1",
        catching_up: false,
      },
    };
  }

  #at(height: unknown): LightBlock {
    const asked = BigInt(height as string);
    if (asked <= this.chain.height) return this.lightBlock(asked);
    throw new RpcFault(
      `height ${asked} must be less than or equal to the current blockchain height ${this.chain.height}`,
    );
  }

  #broadcast(tx: Uint8Array): JsonObject {
    const hash = toUpperHex(sha256(tx));
    try {
      this.chain.check(tx);
      return { code: 0, data: "", log: "", codespace: "", hash };
    } catch (error) {
      if (!(error instanceof TxFault)) throw error;
      const { code, codespace, message: log } = error;
      return { code, data: "", log, codespace, hash };
    }
  }

  #tx(hash: Uint8Array): JsonObject {
    const found = this.chain.txs.get(toHex(hash));
    if (found === undefined) throw new RpcFault(`tx (${toUpperHex(hash)}) not found`);
    const { height, index, tx } = found;
    const result = this.chain.blocks[Number(height) - 1]!.results[index]!;
    return {
      hash: toUpperHex(hash),
      height: String(height),
      index,
      tx_result: txResultJson(result),
      tx: toBase64(tx),
    };
  }

  #blockResults(height: bigint): JsonObject {
    const block = this.chain.blocks[Number(height) - 1];
    if (block === undefined) throw new RpcFault(`could not find results for height #${height}`);
    return {
      height: String(height),
      txs_results: block.results.length === 0 ? null : block.results.map(txResultJson),
      finalize_block_events: eventsJson(block.events),
      validator_updates: null,
      consensus_param_updates: null,
      app_hash: toBase64(this.#appHashes[Number(height) - 1]!),
    };
  }

  #abciQuery({ path, data, height, prove }: JsonObject): JsonObject {
    const asked = BigInt(height as string);
    const at = asked === 0n ? this.chain.height : asked;
    const blank = { info: "", index: "0", key: null, proofOps: null, height: String(at) };
    try {
      const key = fromHex(data as string)!;
      if (path === "/store/inference/key" && prove === true) {
        return { response: { ...blank, code: 0, log: "", codespace: "", ...this.#prove(key, at) } };
      }
      const handler = this.#queries.get(path as string);
      if (handler === undefined) {
        throw new QueryFault("sdk", 6, `unknown query path: ${path as string}`);
      }
      const value = toBase64(handler(key, at));
      return { response: { ...blank, code: 0, log: "", codespace: "", value } };
    } catch (error) {
      if (!(error instanceof TxFault)) throw error;
      const { code, codespace, message: log } = error;
      return { response: { ...blank, code, codespace, log, value: null } };
    }
  }

  #prove(key: Uint8Array, height: bigint): JsonObject {
    const proof = this.#store.prove(INFERENCE, key, height);
    if (proof === undefined) throw new QueryFault("sdk", 18, "proof is unexpectedly empty");
    const ops = proof.ops.map((op) => ({
      type: op.type,
      key: toBase64(op.key),
      data: toBase64(op.data),
    }));
    return {
      key: toBase64(key),
      value: proof.value === undefined ? null : toBase64(proof.value),
      proofOps: { ops },
    };
  }
}
