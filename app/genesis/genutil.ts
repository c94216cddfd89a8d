import { AuthInfo, Tx, TxBody, TxRaw } from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { fromJson, type JsonObject, type JsonValue } from "#core/codec/json.js";
import { decodeTx } from "#core/codec/tx.js";
import type { TypeRegistry } from "#core/codec/typeRegistry.js";
import type { Context } from "#core/baseapp/context.js";
import type { Module, ValidatorUpdate } from "#core/baseapp/module.js";
import type { TxRunner } from "#core/baseapp/txRunner.js";
import { defineError } from "#core/primitives/errors.js";

/** A genesis transaction is malformed or fails; `at` names it. */
export const genesisTxFailed = defineError("genutil", {
  code: 2,
  summary: "genesis transaction failed",
});

const NAME = "genutil";
const AT = `app_state.${NAME}.gen_txs`;

/** What running genesis transactions takes. */
export interface GenutilParts {
  readonly types: () => TypeRegistry;
  readonly txRunner: () => TxRunner;
  /** Computes the validator set once the transactions ran. */
  readonly applyValidators: (ctx: Context) => readonly ValidatorUpdate[];
}

/**
 * Runs the transactions of the genesis file (section `genutil`, as `genesis collect-gentxs` writes
 * it): validators that create and register themselves. A failing one stops the chain from starting.
 */
export function genutilModule(parts: GenutilParts): Module {
  return {
    name: NAME,
    consensusVersion: 1,
    types: [],
    genesisSections: [
      {
        name: NAME,
        defaultState: (): JsonObject => ({ gen_txs: [] }),
        validate: (json) => {
          for (const [index, tx] of genTxsOf(json).entries()) readTx(tx, index, parts.types());
        },
      },
    ],
    invariants: [],
    registerMsgs: () => undefined,
    registerQueries: () => undefined,
    initGenesis: (ctx, sections) => {
      const txs = genTxsOf(sections.get(NAME) ?? null);
      if (txs.length === 0) return undefined;
      for (const [index, tx] of txs.entries()) {
        runTx(ctx, parts, readTx(tx, index, parts.types()), index);
      }
      return parts.applyValidators(ctx);
    },
    // A state that was exported has its validators; their transactions are history.
    exportGenesis: () => new Map<string, JsonValue>([[NAME, { gen_txs: [] }]]),
  };
}

function genTxsOf(json: JsonValue): readonly JsonValue[] {
  const isObject = typeof json === "object" && json !== null && !Array.isArray(json);
  const txs = isObject ? json["gen_txs"] : undefined;
  if (Array.isArray(txs)) return txs;
  throw genesisTxFailed({ at: AT, problem: "it is not a list" });
}

/** Bytes of a transaction that the genesis file has as JSON. */
function readTx(json: JsonValue, index: number, registry: TypeRegistry): Uint8Array {
  const tx = fromJson(Tx, json, { registry, at: `${AT}[${index}]` });
  return TxRaw.encode({
    bodyBytes: TxBody.encode(tx.body ?? TxBody.create()),
    authInfoBytes: AuthInfo.encode(tx.authInfo ?? AuthInfo.create()),
    signatures: tx.signatures,
  });
}

function runTx(ctx: Context, parts: GenutilParts, bytes: Uint8Array, index: number): void {
  const tx = decodeTx(bytes, parts.types());
  const run = { tx, header: ctx.header, mode: "genesis", branch: ctx.branch() } as const;
  const result = parts.txRunner().run(run);
  if (result.code !== 0) {
    throw genesisTxFailed({ at: `gen_txs[${index}]`, code: result.code, log: result.log });
  }
}
