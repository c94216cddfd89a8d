import { CHAIN_STORE } from "#core/baseapp/chainState.js";
import { type BlockHeader, type Context, type ExecutionMode } from "#core/baseapp/context.js";
import type { Module } from "#core/baseapp/module.js";
import { MsgRouter } from "#core/baseapp/router.js";
import { type AnteHandler, TxRunner } from "#core/baseapp/txRunner.js";
import type { TxResult } from "#core/baseapp/txResult.js";
import { MsgSend, MsgSendResponse } from "#core/codec/generated/cosmos/bank/v1beta1.js";
import { AuthInfo, TxBody, TxRaw } from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { decodeTx, type DecodedTx } from "#core/codec/tx.js";
import { pack, TypeRegistry } from "#core/codec/typeRegistry.js";
import { fromUtf8, utf8 } from "#core/primitives/bytes.js";
import { invalidRequest } from "#core/primitives/sdkErrors.js";
import type { StoreBranch } from "#core/store/store.js";
import { openStore } from "#core/store/multistore.js";
import { StoreKey } from "#core/store/storeKey.js";
import { TestAccount } from "./identities.js";

/** The one store of toys. */
export const TOY_STORE = new StoreKey("toy");

/** Who signs toy transactions. */
export const TOY_SENDER = new TestAccount("toy");

/** What a toy message does, by the name that it has in `to_address`. */
export type Behaviours = ReadonlyMap<string, (ctx: Context) => void>;

/** A toy transaction: each message is named after what it does. */
export interface ToyTx {
  readonly does: readonly string[];
  readonly gasLimit?: bigint;
  /** Who signs, as the messages spell it. */
  readonly sender?: string;
}

/** Bytes of a toy transaction, without signatures. */
export function toyTxBytes(tx: ToyTx): Uint8Array {
  const fromAddress = tx.sender ?? TOY_SENDER.text;
  const messages = tx.does.map((toAddress) =>
    pack(MsgSend, MsgSend.create({ fromAddress, toAddress })),
  );
  const fee = { amount: [], gasLimit: tx.gasLimit ?? 1_000_000n, payer: "", granter: "" };
  return TxRaw.encode({
    bodyBytes: TxBody.encode(TxBody.create({ messages })),
    authInfoBytes: AuthInfo.encode(AuthInfo.create({ fee })),
    signatures: [],
  });
}

/** A toy transaction, decoded. */
export function toyTx(tx: ToyTx): DecodedTx {
  return decodeTx(toyTxBytes(tx), new TypeRegistry([MsgSend]));
}

/** A router with the toy message; a message that does "nonsense" is invalid by itself. */
export function toyRouter(behaviours: Behaviours): MsgRouter {
  const router = new MsgRouter();
  registerToy(router, behaviours);
  return router;
}

/** Adds the toy message to a router. */
export function registerToy(router: MsgRouter, behaviours: Behaviours): void {
  router.add("toy", {
    codec: MsgSend,
    responseCodec: MsgSendResponse,
    signers: (msg) => (msg.fromAddress === "" ? [] : [msg.fromAddress]),
    validate: (msg) => {
      if (msg.toAddress === "nonsense") throw invalidRequest({ problem: "nonsense" });
    },
    handle: (ctx, msg) => {
      behaviours.get(msg.toAddress)?.(ctx);
      return {};
    },
  });
}

/** The header of a toy block. */
export function toyHeader(height: bigint): BlockHeader {
  return { chainId: "toy-1", height, timeNs: height * 1_000_000_000n, proposerAddress: address() };
}

function address(): Uint8Array {
  return new Uint8Array(20);
}

/** Text under a key of the toy store. */
export function readToy(source: Context | StoreBranch, key: string): string | undefined {
  const bytes = source.kv(TOY_STORE).get(utf8(key));
  return bytes && fromUtf8(bytes);
}

/** Writes text under a key of the toy store. */
export function writeToy(target: Context | StoreBranch, key: string, value: string): void {
  target.kv(TOY_STORE).set(utf8(key), utf8(value));
}

/** Everything in the toy store. */
export function toyEntries(source: Context | StoreBranch): Array<readonly [string, string]> {
  return [...source.kv(TOY_STORE).iterate({})].map(
    ({ key, value }) => [fromUtf8(key) ?? "", fromUtf8(value) ?? ""] as const,
  );
}

/** Runs toy transactions over one branch, on which successful ones build. */
export class ToyRunner {
  readonly branch = openStore({
    memory: true,
    stores: [CHAIN_STORE, TOY_STORE],
    chainId: "toy-1",
  }).branch();
  /** Faults of the program that transactions met. */
  readonly faults: Error[] = [];
  readonly #runner: TxRunner;

  constructor(behaviours: Behaviours = new Map(), ante: AnteHandler = () => undefined) {
    this.#runner = new TxRunner({
      router: toyRouter(behaviours),
      ante,
      onFault: (fault) => this.faults.push(fault),
    });
  }

  run(tx: ToyTx | DecodedTx, mode: ExecutionMode = "deliver"): TxResult {
    const decoded = "raw" in tx ? tx : toyTx(tx);
    return this.#runner.run({ tx: decoded, header: toyHeader(1n), mode, branch: this.branch });
  }
}

/** A module with one section, whose text it stores under its name; `parts` replaces methods. */
export function toyModule(name: string, parts: Partial<Module> = {}): Module {
  return {
    name,
    consensusVersion: 1,
    types: [],
    genesisSections: [
      {
        name,
        defaultState: () => `default of ${name}`,
        validate: (json) => {
          if (typeof json !== "string") throw invalidRequest({ problem: `${name} is no text` });
        },
      },
    ],
    invariants: [],
    registerMsgs: () => undefined,
    registerQueries: () => undefined,
    initGenesis: (ctx, sections) => {
      writeToy(ctx, name, sections.get(name) as string);
      return undefined;
    },
    exportGenesis: (ctx) => new Map([[name, readToy(ctx, name) ?? ""]]),
    ...parts,
  };
}
