import type { Header } from "#core/codec/generated/tendermint/types.js";
import { headerHash } from "#core/comet/hashes.js";
import { equalBytes, toHex } from "#core/primitives/bytes.js";
import { SdkError } from "../errors.js";
import { header } from "../rpc/header.js";
import type { CallOptions } from "../rpc/transport.js";
import type { LightClientOptions } from "./lightClientOptions.js";

/**
 * Fails with `HEADERS_DISAGREE` when the witness, if there is one, has another header at the
 * height of a verified one.
 */
export async function compareWithWitness(
  { witness }: Pick<LightClientOptions, "witness">,
  verified: Header,
  options: CallOptions,
): Promise<void> {
  if (witness === undefined) return;
  const { height } = verified;
  const own = headerHash(verified);
  const other = headerHash(await header(witness, height, options));
  if (equalBytes(own, other)) return;
  const facts = { height, primary: toHex(own), witness: toHex(other) };
  throw new SdkError("HEADERS_DISAGREE", facts);
}
