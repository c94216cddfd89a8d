import type { Context } from "#core/baseapp/context.js";
import type { Params } from "#core/codec/generated/cosmos/auth/v1beta1.js";
import { invalidPubKey, tooManySignatures, unauthorized } from "#core/primitives/sdkErrors.js";
import { assertDefined } from "#core/primitives/assert.js";
import { type AccountKey, countKeys, type MultisigKey } from "#modules/auth/types/publicKey.js";
import type { SignerPart } from "./publicKeys.js";
import { type MultiSignatures, readSignature, type SignatureData } from "./signatureData.js";

/**
 * Refuses more keys than the parameter allows, those of multisigs that do not sign included, and
 * charges gas for every signature.
 */
export function chargeSignatures(ctx: Context, parts: readonly SignerPart[], params: Params): void {
  const limit = params.txSigLimit;
  const count = parts.reduce((sum, { key }) => sum + (key === undefined ? 1 : countKeys(key)), 0);
  if (BigInt(count) > limit) {
    throw tooManySignatures({ problem: `signatures: ${count}, limit: ${limit}` });
  }
  for (const { key, info, signature } of parts) {
    if (key?.kind !== "multisig") chargeKey(ctx, key, params);
    else if (ctx.mode === "simulate") chargeThreshold(ctx, key, params);
    else chargeData(ctx, { key, data: readSignature(info.modeInfo, signature) }, params);
  }
}

function chargeKey(ctx: Context, key: AccountKey | undefined, params: Params): void {
  if (key?.kind === "ed25519") {
    ctx.gas.charge(params.sigVerifyCostEd25519, "ante verify: ed25519");
    throw invalidPubKey({ problem: "ED25519 public keys are unsupported" });
  }
  ctx.gas.charge(params.sigVerifyCostSecp256k1, "ante verify: secp256k1");
}

/** A simulation has not been signed: nobody knows yet who will, but at least so many have to. */
function chargeThreshold(ctx: Context, key: MultisigKey, params: Params): void {
  for (const one of key.keys.slice(0, key.threshold)) {
    if (one.kind === "multisig") chargeThreshold(ctx, one, params);
    else ctx.gas.charge(params.sigVerifyCostSecp256k1, "ante verify: secp256k1");
  }
}

function chargeData(
  ctx: Context,
  { key, data }: { readonly key: AccountKey; readonly data: SignatureData },
  params: Params,
): void {
  if (key.kind !== "multisig") {
    chargeKey(ctx, key, params);
    return;
  }
  if (!("parts" in data)) {
    throw unauthorized({
      problem: "a multisig signs in multi mode, with the signatures of its keys",
    });
  }
  for (const one of signaturesByKey(key, data)) chargeData(ctx, one, params);
}

/** Verification finds out what is wrong with bits that fit neither keys nor signatures. */
function signaturesByKey(
  { keys }: MultisigKey,
  { bits, parts }: MultiSignatures,
): Array<{ readonly key: AccountKey; readonly data: SignatureData }> {
  const signing = keys.filter((_, index) => bits[index] === true);
  return signing.slice(0, parts.length).map((key, place) => ({
    key,
    data: assertDefined(parts[place], "there are as many"),
  }));
}
