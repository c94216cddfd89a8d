import { attempt } from "#core/codec/attempt.js";
import type { Header } from "#core/codec/generated/tendermint/types.js";
import { headerHash } from "#core/comet/hashes.js";
import { notEnoughTrustedPower } from "#core/comet/lightErrors.js";
import { type TrustedState, verify } from "#core/comet/lightClient.js";
import { ChainError } from "#core/primitives/errors.js";
import { systemClock } from "../clock.js";
import { SdkError } from "../errors.js";
import { lightBlock } from "../rpc/lightBlock.js";
import type { CallOptions } from "../rpc/transport.js";
import { waitForHeight } from "../rpc/waitForHeight.js";
import { type LightClientOptions, lightOptions } from "./lightClientOptions.js";
import { compareWithWitness } from "./compareWithWitness.js";

/** A header that is trusted, with what is needed to go on from it. */
export interface Milestone {
  readonly state: TrustedState;
  readonly header: Header;
}

/** Names a header: what {@link LightClient.latest} gives and `trustFromHeader` takes. */
export interface Checkpoint {
  readonly height: bigint;
  /** Hash of the header, 32 bytes. */
  readonly hash: Uint8Array;
}

/** Verified headers that are remembered besides the first one. */
const REMEMBERED_MAX = 256;

/**
 * Verifies headers of a chain from one that is trusted, skipping heights where the validators have
 * changed little. `trustFromGenesis` and `trustFromHeader` make one.
 *
 * @example
 * const light = await trustFromGenesis(genesisJson, { primary: rpc, witness: otherRpc });
 * const { appHash } = await light.verifyHeader(height);
 */
export class LightClient {
  readonly #options: LightClientOptions;
  readonly #first: Milestone;
  /** By height, ascending, all above the first. */
  #later: readonly Milestone[] = [];

  constructor(options: LightClientOptions, first: Milestone) {
    this.#options = options;
    this.#first = first;
  }

  /** The trusted header of the greatest height, from which a later session can go on. */
  get latest(): Checkpoint {
    const { header } = this.#later.at(-1) ?? this.#first;
    return { height: header.height, hash: headerHash(header) };
  }

  /**
   * The header of a height, verified; waits for it when the chain is not there yet. Fails with
   * `HEADER_UNVERIFIED`, whose cause says why, with `HEADERS_DISAGREE`, and with `BELOW_TRUST` for a
   * height before everything that is trusted.
   */
  async verifyHeader(height: bigint, { signal }: CallOptions = {}): Promise<Header> {
    const start = this.#nearest(height);
    if (start.state.height === height) return start.header;
    await this.#waitFor(height, { signal });
    const climbed = await this.#climb(start, height, { signal });
    const { header } = climbed.at(-1) ?? start;
    // Nothing is remembered before the witness agrees.
    await compareWithWitness(this.#options, header, { signal });
    for (const milestone of climbed) this.#remember(milestone);
    return header;
  }

  /** The trusted header at or below a height. */
  #nearest(height: bigint): Milestone {
    const later = this.#later.findLast(({ state }) => state.height <= height);
    if (later !== undefined) return later;
    const trusted = this.#first.state.height;
    if (trusted > height) throw new SdkError("BELOW_TRUST", { height, trusted });
    return this.#first;
  }

  async #waitFor(height: bigint, options: CallOptions): Promise<void> {
    const { primary, witness, clock = systemClock } = this.#options;
    await waitForHeight({ rpc: primary, clock }, height, options);
    if (witness !== undefined) await waitForHeight({ rpc: witness, clock }, height, options);
  }

  /**
   * The headers on the way up to a height, the last one its own: half way where too few of the
   * trusted validators signed.
   */
  async #climb(start: Milestone, height: bigint, options: CallOptions): Promise<Milestone[]> {
    const climbed: Milestone[] = [];
    const targets = [height];
    let trusted = start.state;
    for (let target = targets.at(-1); target !== undefined; target = targets.at(-1)) {
      const block = await lightBlock(this.#options.primary, target, options);
      const state = attempt(() => verify(trusted, block, lightOptions(this.#options)));
      if (!(state instanceof ChainError)) {
        climbed.push({ state, header: block.signedHeader.header });
        trusted = state;
        targets.pop();
      } else if (notEnoughTrustedPower.is(state)) {
        targets.push((trusted.height + target) / 2n);
      } else {
        throw new SdkError("HEADER_UNVERIFIED", { height: target }, state);
      }
    }
    return climbed;
  }

  #remember(milestone: Milestone): void {
    const { height } = milestone.state;
    const others = this.#later.filter(({ state }) => state.height !== height);
    const place = others.findLastIndex(({ state }) => state.height < height) + 1;
    this.#later = others.toSpliced(place, 0, milestone).slice(-REMEMBERED_MAX);
  }
}
