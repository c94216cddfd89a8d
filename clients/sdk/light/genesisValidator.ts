import { PubKey as Ed25519 } from "#core/codec/generated/cosmos/crypto/ed25519.js";
import type { PublicKey } from "#core/codec/generated/tendermint/crypto.js";
import type { JsonCursor } from "../rpc/jsonCursor.js";

/** A validator of the first block. */
export interface GenesisValidator {
  readonly pubKey: PublicKey;
  readonly power: bigint;
}

/** A consensus key as the SDK's JSON has it: `{ "@type": …, "key": … }`. */
export function readConsensusKey(json: JsonCursor): PublicKey {
  const type = json.field("@type").text();
  if (type !== Ed25519.typeUrl) throw json.malformed(`not an ed25519 key: ${type}`);
  return { ed25519: json.field("key").base64(), secp256k1: new Uint8Array(0) };
}
