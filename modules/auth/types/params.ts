import type { Params } from "#core/codec/generated/cosmos/auth/v1beta1.js";
import { invalidGenesis } from "./errors.js";

/** The SDK's defaults: wallets and relayers size their transactions by them. */
export function defaultParams(): Params {
  return {
    maxMemoCharacters: 256n,
    txSigLimit: 7n,
    txSizeCostPerByte: 10n,
    sigVerifyCostEd25519: 590n,
    sigVerifyCostSecp256k1: 1000n,
  };
}

/** Refuses parameters that would make every transaction fail. */
export function validateParams(params: Params): void {
  const positive: ReadonlyArray<readonly [string, bigint]> = [
    ["max_memo_characters", params.maxMemoCharacters],
    ["tx_sig_limit", params.txSigLimit],
    ["tx_size_cost_per_byte", params.txSizeCostPerByte],
    ["sig_verify_cost_ed25519", params.sigVerifyCostEd25519],
    ["sig_verify_cost_secp256k1", params.sigVerifyCostSecp256k1],
  ];
  for (const [field, value] of positive) {
    if (value === 0n) throw invalidGenesis({ at: `auth.params.${field}`, problem: "is zero" });
  }
}
