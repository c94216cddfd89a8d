import { describe, expect, test } from "vitest";
import {
  BlockIDFlag,
  LightBlock as ProtoLightBlock,
  type Validator,
} from "#core/codec/generated/tendermint/types.js";
import { accountAddress } from "#core/crypto/address.js";
import { sha256 } from "#core/crypto/hash.js";
import { secp256k1PublicKey, signSecp256k1 } from "#core/crypto/secp256k1.js";
import { equalBytes, utf8 } from "#core/primitives/bytes.js";
import { ChainError } from "#core/primitives/errors.js";
import type { TimeNs } from "#core/primitives/units.js";
import {
  codeOf,
  FAR,
  HOUR,
  LATER,
  NEXT,
  OPTIONS,
  refusal,
  resigned,
  SECOND,
  SET,
  stateOf,
  timeAt,
  TRUSTED,
  withCommit,
  withSignature,
} from "#test/harness/lightCases.js";
import {
  LIGHT_CHAIN,
  LIGHT_EPOCH,
  lightBlock,
  lightValidator,
  signatureOf,
  type BlockPlan,
} from "#test/harness/lightChain.js";
import { COMET_VECTORS, type LightVector } from "#test/vectors/cometVectors.js";
import { hexBytes } from "#test/vectors/readVectors.js";
import { headerHash } from "./hashes.js";
import { lightBlockOf, type LightBlock } from "./lightBlock.js";
import {
  trustFromGenesisValidators,
  verify,
  verifyAdjacent,
  verifyNonAdjacent,
  type TrustedState,
} from "./lightClient.js";
import * as errors from "./lightErrors.js";
import { precommitSignBytes } from "./signBytes.js";

const COMET_BLOCKS = COMET_VECTORS.lightBlocks.map((hex) =>
  lightBlockOf(ProtoLightBlock.decode(hexBytes(hex))),
);

/** The state of having verified the block of CometBFT of this height. */
function trustedAt(height: number): TrustedState {
  return stateOf(COMET_BLOCKS[height - 1]!);
}

describe("verdicts of CometBFT's light.Verify", () => {
  function verdict(vector: LightVector): LightVector["error"] {
    const code = codeOf(() =>
      verify(trustedAt(vector.trusted), COMET_BLOCKS[vector.untrusted - 1]!, {
        nowNs: BigInt(vector.nowNs) as TimeNs,
        trustingPeriodNs: BigInt(vector.trustingPeriodNs),
        maxClockDriftNs: BigInt(vector.maxClockDriftNs),
        trustLevel: {
          numerator: BigInt(vector.trustNumerator),
          denominator: BigInt(vector.trustDenominator),
        },
      }),
    );
    if (code === 0) return "";
    if (code === errors.trustExpired.spec.code) return "expired";
    if (code === errors.notEnoughTrustedPower.spec.code) return "not enough trusted power";
    return code === errors.notEnoughPower.spec.code ? "not enough power" : "invalid header";
  }

  test.each(COMET_VECTORS.verification)(
    "$trusted to $untrusted at $trustNumerator/$trustDenominator, now $nowNs: $error",
    (vector) => {
      expect(verdict(vector)).toBe(vector.error);
    },
  );
});

describe("altered bytes", () => {
  test("a light block with any bit flipped is refused with a code, or is the same header", () => {
    const bytes = hexBytes(COMET_VECTORS.lightBlocks[1]!);
    const trusted = trustedAt(1);
    const options = { ...OPTIONS, nowNs: BigInt(COMET_VECTORS.verification[0]!.nowNs) as TimeNs };
    const { height, timeNs, nextValidatorsHash } = trustedAt(2);
    const expected = { height, timeNs, nextValidatorsHash };
    let refused = 0;
    for (let bit = 0; bit < bytes.length * 8; bit += 5) {
      const altered = bytes.with(bit >> 3, bytes[bit >> 3]! ^ (1 << (bit & 7)));
      try {
        const block = lightBlockOf(ProtoLightBlock.decode(altered));
        expect(verify(trusted, block, options), `bit ${bit}`).toMatchObject(expected);
      } catch (error) {
        expect(error, `bit ${bit}`).toBeInstanceOf(ChainError);
        refused++;
      }
    }
    // Only priorities, the proposer, the total and signatures past the threshold are not covered.
    expect(refused).toBeGreaterThan((bytes.length * 8) / 5 / 2);
  });
});

describe("headers that verify", () => {
  test("the next header gives the state to go on from", () => {
    const next = verifyAdjacent(TRUSTED, lightBlock({ ...NEXT, next: LATER }), OPTIONS);
    expect(next).toEqual(stateOf(lightBlock({ ...NEXT, next: LATER })));
    const after = verify(next, lightBlock({ height: 12n, validators: LATER }), OPTIONS);
    expect(after.height).toBe(12n);
  });

  test("a header further up, signed by two of five trusted validators", () => {
    expect(verifyNonAdjacent(TRUSTED, lightBlock(FAR), OPTIONS).height).toBe(20n);
    expect(verify(TRUSTED, lightBlock(FAR), OPTIONS).height).toBe(20n);
  });

  test("signatures past the threshold are not looked at, and nil votes count for nothing", () => {
    const spoilt = withSignature(lightBlock(NEXT), 4, () => ({ signature: new Uint8Array(64) }));
    expect(verifyAdjacent(TRUSTED, spoilt, OPTIONS).height).toBe(11n);
    const nil = withSignature(lightBlock(NEXT), 0, () => ({
      blockIdFlag: BlockIDFlag.BLOCK_ID_FLAG_NIL,
    }));
    expect(verifyAdjacent(TRUSTED, nil, OPTIONS).height).toBe(11n);
  });

  test("power that only meets the threshold does not end the count", () => {
    const six = [...SET, lightValidator("x", 10n)];
    const trusted = stateOf(lightBlock({ height: 10n, validators: six }));
    const block = lightBlock({ height: 11n, validators: six, absent: [2] });
    expect(verify(trusted, block, OPTIONS).height).toBe(11n);
  });

  test("a validator of no power and a total at the bound are taken", () => {
    const bound = ((1n << 63n) - 1n) >> 3n;
    const validators = [lightValidator("a", bound), lightValidator("b", 0n)];
    const trusted = stateOf(lightBlock({ height: 10n, validators }));
    expect(verify(trusted, lightBlock({ height: 11n, validators }), OPTIONS).height).toBe(11n);
  });

  test("a secp256k1 validator signs by its own scheme", () => {
    const secret = sha256(utf8("secp"));
    const secp256k1 = secp256k1PublicKey(secret);
    const pubKey = { ed25519: new Uint8Array(0), secp256k1 };
    const validator = { address: accountAddress(secp256k1), pubKey };
    const validators = [{ ...validator, votingPower: 10n, proposerPriority: 0n }];
    const trusted = stateOf(lightBlock({ height: 10n, validators }));
    const block = lightBlock({ height: 11n, validators });
    const { header, commit } = block.signedHeader;
    const { height, round, blockId } = commit;
    const timestamp = header.time;
    const message = precommitSignBytes(LIGHT_CHAIN, { height, round, blockId, timestamp });
    const signature = signSecp256k1(message, secret);
    const signed = withSignature(block, 0, () => ({ signature }));
    expect(verifyAdjacent(trusted, signed, OPTIONS).height).toBe(11n);
    expect(codeOf(() => verifyAdjacent(trusted, block, OPTIONS))).toBe(
      errors.badSignature.spec.code,
    );
  });
});

describe("headers that do not verify", () => {
  const far = lightBlock(FAR);
  const next = lightBlock(NEXT);

  test("another chain's", () => {
    const block = resigned(NEXT, { chainId: "light-2" });
    const found = refusal(() => verify(TRUSTED, block, OPTIONS));
    expect(found).toEqual({ code: 2, detail: { expected: LIGHT_CHAIN, got: "light-2" } });
  });

  test("signed for another chain, with this chain's name in the header", () => {
    const header = { ...next.signedHeader.header, chainId: "light-2" };
    const { blockId } = next.signedHeader.commit;
    const block = withCommit(next, () => ({
      signatures: next.validatorSet.validators.map((one) => signatureOf(header, blockId, one)),
    }));
    expect(codeOf(() => verify(TRUSTED, block, OPTIONS))).toBe(errors.badSignature.spec.code);
  });

  test("changed after it was signed", () => {
    const { commit, header } = next.signedHeader;
    const changed = { ...header, appHash: sha256(utf8("another state")) };
    const block = { ...next, signedHeader: { commit, header: changed } };
    expect(codeOf(() => verify(TRUSTED, block, OPTIONS))).toBe(errors.headerHashMismatch.spec.code);
  });

  test("changed, with a commit that names the new hash and the old signatures", () => {
    const { commit, header } = next.signedHeader;
    const changed = { ...header, appHash: sha256(utf8("another state")) };
    const blockId = { ...commit.blockId, hash: headerHash(changed) };
    const signedHeader = { header: changed, commit: { ...commit, blockId } };
    const found = refusal(() => verify(TRUSTED, { ...next, signedHeader }, OPTIONS));
    expect(found).toMatchObject({ code: 12, detail: { index: 0 } });
  });

  test("with validators that it does not name", () => {
    const block = { ...next, validatorSet: { validators: LATER } };
    expect(codeOf(() => verify(TRUSTED, block, OPTIONS))).toBe(errors.validatorsMismatch.spec.code);
  });

  test("with the right validators in another order", () => {
    const validators = next.validatorSet.validators.toReversed();
    const block = { ...next, validatorSet: { validators } };
    expect(codeOf(() => verify(TRUSTED, block, OPTIONS))).toBe(errors.validatorsMismatch.spec.code);
  });

  test("with validators whose power was raised", () => {
    const validators = next.validatorSet.validators.map((one, index) =>
      index === 0 ? { ...one, votingPower: 1000n } : one,
    );
    const block = { ...next, validatorSet: { validators } };
    expect(codeOf(() => verify(TRUSTED, block, OPTIONS))).toBe(errors.validatorsMismatch.spec.code);
  });

  test("after the trusting period, to the nanosecond", () => {
    const end = TRUSTED.timeNs + HOUR;
    const inTime = { ...OPTIONS, nowNs: (end - 1n) as TimeNs };
    expect(verify(TRUSTED, next, inTime).height).toBe(11n);
    const late = { ...OPTIONS, nowNs: end as TimeNs };
    for (const block of [next, far]) {
      const code = codeOf(() => verify(TRUSTED, block, late));
      expect(code).toBe(errors.trustExpired.spec.code);
    }
  });

  test.each([10n, 9n, 1n])("at height %s, not above the trusted one", (height) => {
    const block = lightBlock({ height, validators: SET });
    expect(codeOf(() => verify(TRUSTED, block, OPTIONS))).toBe(errors.heightNotAbove.spec.code);
  });

  test("whose time is not after the trusted one", () => {
    for (const nanos of [4, 5]) {
      const block = resigned(NEXT, { time: { seconds: LIGHT_EPOCH + 10n, nanos } });
      const code = codeOf(() => verify(TRUSTED, block, OPTIONS));
      expect(code).toBe(errors.timeNotMonotone.spec.code);
    }
    const after = resigned(NEXT, { time: { seconds: LIGHT_EPOCH + 10n, nanos: 6 } });
    expect(verify(TRUSTED, after, OPTIONS).height).toBe(11n);
  });

  test("from the future, to the nanosecond", () => {
    const ahead = (nowNs: bigint, maxClockDriftNs: bigint): number =>
      codeOf(() => verify(TRUSTED, next, { ...OPTIONS, nowNs: nowNs as TimeNs, maxClockDriftNs }));
    expect(ahead(timeAt(11n), 0n)).toBe(errors.fromTheFuture.spec.code);
    expect(ahead(timeAt(11n) + 1n, 0n)).toBe(0);
    expect(ahead(timeAt(11n) - SECOND, SECOND)).toBe(errors.fromTheFuture.spec.code);
    expect(ahead(timeAt(11n) - SECOND, SECOND + 1n)).toBe(0);
  });

  test("further up, with a third of the trusted power or less", () => {
    const six = [...SET, lightValidator("x", 10n)];
    const trusted = stateOf(lightBlock({ height: 10n, validators: six }));
    const found = refusal(() => verify(trusted, far, OPTIONS));
    expect(found).toEqual({ code: 10, detail: { got: 20n, needed: 20n } });
    const level = { ...OPTIONS, trustLevel: { numerator: 2n, denominator: 5n } };
    expect(codeOf(() => verify(TRUSTED, far, level))).toBe(10);
    expect(
      codeOf(() => verify(TRUSTED, lightBlock({ ...FAR, absent: placesOf(SET) }), OPTIONS)),
    ).toBe(10);
  });

  test("with two thirds of its own power or less", () => {
    const found = refusal(() => verify(TRUSTED, lightBlock({ ...NEXT, absent: [0, 1] }), OPTIONS));
    expect(found).toEqual({ code: 11, detail: { got: 30n, needed: 33n } });
    const six = [...SET, lightValidator("x", 10n)];
    const trusted = stateOf(lightBlock({ height: 10n, validators: six }));
    const exact = lightBlock({ height: 11n, validators: six, absent: [0, 1] });
    expect(refusal(() => verify(trusted, exact, OPTIONS))).toEqual({
      code: 11,
      detail: { got: 40n, needed: 40n },
    });
    // Further up the trusted power suffices, its own does not.
    const alone = lightBlock({ ...FAR, absent: placesOf(LATER.slice(2)) });
    expect(codeOf(() => verify(TRUSTED, alone, OPTIONS))).toBe(11);
  });

  test("with a wrong signature, whose index the error names", () => {
    for (const index of [0, 1, 3]) {
      const block = withSignature(next, index, ({ signature }) => ({
        signature: signature.with(40, signature[40]! ^ 1),
      }));
      const found = refusal(() => verify(TRUSTED, block, OPTIONS));
      expect(found).toMatchObject({ code: 12, detail: { index } });
    }
  });

  test("with a signature that says another time than was signed", () => {
    const block = withSignature(next, 0, () => ({ timestamp: { seconds: 1n, nanos: 0 } }));
    expect(codeOf(() => verify(TRUSTED, block, OPTIONS))).toBe(errors.badSignature.spec.code);
  });

  test("with a signature of another validator in a validator's place", () => {
    const block = withSignature(next, 1, () => next.signedHeader.commit.signatures[0]!);
    const found = refusal(() => verify(TRUSTED, block, OPTIONS));
    expect(found).toMatchObject({ code: 13, detail: { index: 1 } });
  });

  test("with one trusted validator's signature twice", () => {
    const index = far.signedHeader.commit.signatures.findIndex(({ validatorAddress }) =>
      SET.some(({ address }) => equalBytes(address, validatorAddress)),
    );
    const block = withCommit(far, ({ signatures }) => ({
      signatures: [signatures[index]!, signatures[index]!, ...signatures.slice(2)],
    }));
    const found = refusal(() => verify(TRUSTED, block, OPTIONS));
    expect(found).toEqual({ code: 14, detail: { first: 0, second: 1 } });
  });

  test("next to the trusted one, by validators that it did not announce", () => {
    const block = lightBlock({ height: 11n, validators: LATER });
    expect(codeOf(() => verify(TRUSTED, block, OPTIONS))).toBe(
      errors.nextValidatorsMismatch.spec.code,
    );
  });

  test("by the verification for the other kind of step", () => {
    expect(codeOf(() => verifyAdjacent(TRUSTED, far, OPTIONS))).toBe(errors.wrongStep.spec.code);
    expect(codeOf(() => verifyNonAdjacent(TRUSTED, next, OPTIONS))).toBe(
      errors.wrongStep.spec.code,
    );
  });

  test.each([
    [1n, 4n],
    [333n, 1000n],
    [4n, 3n],
    [1n, 0n],
    [0n, 0n],
    [-1n, -3n],
    [0n, 1n],
  ])("at the trust level %s/%s", (numerator, denominator) => {
    const options = { ...OPTIONS, trustLevel: { numerator, denominator } };
    for (const block of [next, far]) {
      const code = codeOf(() => verify(TRUSTED, block, options));
      expect(code).toBe(errors.invalidTrustLevel.spec.code);
    }
  });

  /** Places of these validators in the sorted set of FAR. */
  function placesOf(validators: readonly Validator[]): number[] {
    return far.validatorSet.validators.flatMap((one, index) =>
      validators.some(({ address }) => equalBytes(address, one.address)) ? [index] : [],
    );
  }
});

describe("the first header", () => {
  const first: BlockPlan = { height: 5n, validators: SET, next: LATER };
  const genesis = {
    chainId: LIGHT_CHAIN,
    initialHeight: 5n,
    timeNs: timeAt(5n),
    validators: SET.toReversed(),
  };
  const refusalOf = (block: LightBlock, clock = OPTIONS): number =>
    codeOf(() => trustFromGenesisValidators(genesis, block, clock));

  test("it is trusted when the validators of the genesis file have signed it", () => {
    const trusted = trustFromGenesisValidators(genesis, lightBlock(first), OPTIONS);
    expect(trusted).toEqual(stateOf(lightBlock(first)));
    expect(verify(trusted, lightBlock({ height: 6n, validators: LATER }), OPTIONS).height).toBe(6n);
  });

  test.each([
    ["another height", lightBlock({ ...first, height: 6n }), 18],
    ["another time", resigned(first, { time: { seconds: LIGHT_EPOCH + 6n, nanos: 5 } }), 18],
    ["other validators", lightBlock({ ...first, validators: LATER }), 18],
    [
      "another power",
      lightBlock({ ...first, validators: [lightValidator("a", 11n), ...SET.slice(1)] }),
      18,
    ],
    ["another chain", resigned(first, { chainId: "light-2" }), 2],
    ["too few signatures", lightBlock({ ...first, absent: [1, 3] }), 11],
    [
      "a wrong signature",
      withSignature(lightBlock(first), 2, () => ({ signature: new Uint8Array(64) })),
      12,
    ],
  ])("%s is refused", (_, block, code) => {
    expect(refusalOf(block)).toBe(code);
  });

  test("a first header from the future is refused", () => {
    const early = { ...OPTIONS, nowNs: timeAt(5n) };
    expect(refusalOf(lightBlock(first), early)).toBe(errors.fromTheFuture.spec.code);
  });
});
