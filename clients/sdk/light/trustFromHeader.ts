import { attempt } from "#core/codec/attempt.js";
import { verifyCommit } from "#core/comet/commit.js";
import { headerHash } from "#core/comet/hashes.js";
import { checkLightBlock, type LightBlock } from "#core/comet/lightBlock.js";
import type { TrustedState } from "#core/comet/lightClient.js";
import { findTimeNs } from "#core/comet/time.js";
import { assertDefined } from "#core/primitives/assert.js";
import { equalBytes, toHex } from "#core/primitives/bytes.js";
import { ChainError } from "#core/primitives/errors.js";
import { SdkError } from "../errors.js";
import { lightBlock } from "../rpc/lightBlock.js";
import type { CallOptions } from "../rpc/transport.js";
import { type Checkpoint, LightClient } from "./lightClient.js";
import type { LightClientOptions } from "./lightClientOptions.js";

/**
 * A light client that trusts one header by its height and hash, learnt from a trusted place or from
 * `latest` of an earlier session. Fails with `HEADERS_DISAGREE` when the endpoint has another header
 * there, and with `HEADER_UNVERIFIED` when its validators have not signed it.
 *
 * @example
 * const light = await trustFromHeader({ height, hash: headerHash }, { primary: rpc });
 */
export async function trustFromHeader(
  { height, hash }: Checkpoint,
  options: LightClientOptions,
  { signal }: CallOptions = {},
): Promise<LightClient> {
  const block = await lightBlock(options.primary, height, { signal });
  const { header } = block.signedHeader;
  const found = headerHash(header);
  if (!equalBytes(found, hash)) {
    const facts = { height, primary: toHex(found), witness: toHex(hash) };
    throw new SdkError("HEADERS_DISAGREE", facts);
  }
  const state = attempt(() => stateOf(block));
  if (state instanceof ChainError) throw new SdkError("HEADER_UNVERIFIED", { height }, state);
  return new LightClient(options, { state, header });
}

/** What a header that is known to be the right one lets a client trust. */
function stateOf(block: LightBlock): TrustedState {
  const { header, commit } = block.signedHeader;
  const { chainId, height, time, nextValidatorsHash } = header;
  verifyCommit(chainId, checkLightBlock(chainId, block), commit);
  const timeNs = assertDefined(findTimeNs(time), "the header was checked");
  const { validators } = block.validatorSet;
  return { chainId, height, timeNs, nextValidatorsHash, validators };
}
