import { describe, expect, test } from "vitest";
import {
  BlockIDFlag,
  LightBlock as ProtoLightBlock,
  ValidatorSet,
  type CommitSig,
  type Header,
  type Validator,
} from "#core/codec/generated/tendermint/types.js";
import { sha256 } from "#core/crypto/hash.js";
import {
  codeOf,
  FAR,
  NEXT,
  OPTIONS,
  resigned,
  SET,
  timeAt,
  TRUSTED,
  withCommit,
  withSignature,
} from "#test/harness/lightCases.js";
import { LIGHT_CHAIN, lightBlock } from "#test/harness/lightChain.js";
import { lightBlockOf, type LightBlock } from "./lightBlock.js";
import { trustFromGenesisValidators, verify } from "./lightClient.js";
import * as errors from "./lightErrors.js";

describe("malformed blocks", () => {
  const next = lightBlock(NEXT);
  const short = new Uint8Array(31);
  const { header, commit } = next.signedHeader;
  const whole = {
    signedHeader: { header, commit },
    validatorSet: ValidatorSet.create({ validators: [...next.validatorSet.validators] }),
  };
  /** A header of this time, with signatures of a valid one. */
  const atTime = (time: Header["time"]): LightBlock =>
    withCommit(resigned(NEXT, { time }), ({ signatures }) => ({
      signatures: signatures.map((one) => ({ ...one, timestamp: header.time })),
    }));
  const signature = (change: Partial<CommitSig>): LightBlock =>
    withSignature(next, 4, () => change);
  const absent = (change: Partial<CommitSig>): LightBlock =>
    signature({
      blockIdFlag: BlockIDFlag.BLOCK_ID_FLAG_ABSENT,
      validatorAddress: new Uint8Array(0),
      signature: new Uint8Array(0),
      ...change,
    });
  const validator = (change: Partial<Validator>): LightBlock => ({
    ...next,
    validatorSet: {
      validators: next.validatorSet.validators.with(0, {
        ...next.validatorSet.validators[0]!,
        ...change,
      }),
    },
  });

  test.each([
    ["block protocol 10", resigned(NEXT, { version: { block: 10n, app: 1n } })],
    ["a nanosecond too many", atTime({ seconds: 1n, nanos: 1_000_000_000 })],
    ["a negative nanosecond", atTime({ seconds: 1n, nanos: -1 })],
    ["a time after the year 9999", atTime({ seconds: 1n << 40n, nanos: 0 })],
    [
      "a last block id of 31 bytes",
      resigned(NEXT, { lastBlockId: { hash: short, partSetHeader: { total: 1, hash: sha256() } } }),
    ],
    [
      "a last part set of 31 bytes",
      resigned(NEXT, { lastBlockId: { hash: sha256(), partSetHeader: { total: 1, hash: short } } }),
    ],
    ["a last commit hash of 31 bytes", resigned(NEXT, { lastCommitHash: short })],
    ["a data hash of 31 bytes", resigned(NEXT, { dataHash: short })],
    ["an evidence hash of 31 bytes", resigned(NEXT, { evidenceHash: short })],
    ["a validators hash of 31 bytes", resigned(NEXT, { validatorsHash: short })],
    ["a next validators hash of 31 bytes", resigned(NEXT, { nextValidatorsHash: short })],
    ["a consensus hash of 31 bytes", resigned(NEXT, { consensusHash: short })],
    ["a last results hash of 31 bytes", resigned(NEXT, { lastResultsHash: short })],
    ["a proposer of 19 bytes", resigned(NEXT, { proposerAddress: new Uint8Array(19) })],
    ["a commit of another height", withCommit(next, () => ({ height: 12n }))],
    ["a negative round", withCommit(next, () => ({ round: -1 }))],
    [
      "a block id of 31 bytes",
      withCommit(next, ({ blockId }) => ({ blockId: { ...blockId, hash: short } })),
    ],
    ["no signatures", withCommit(next, () => ({ signatures: [] }))],
    [
      "a signature too few",
      withCommit(next, ({ signatures }) => ({ signatures: signatures.slice(1) })),
    ],
    [
      "a signature too many",
      withCommit(next, ({ signatures }) => ({ signatures: [...signatures, signatures[0]!] })),
    ],
    ["an unknown flag", signature({ blockIdFlag: 0 })],
    ["an address of 19 bytes", signature({ validatorAddress: new Uint8Array(19) })],
    ["an empty signature", signature({ signature: new Uint8Array(0) })],
    ["a signature of 65 bytes", signature({ signature: new Uint8Array(65) })],
    ["a signature at no valid time", signature({ timestamp: { seconds: 0n, nanos: -1 } })],
    ["an absent validator with an address", absent({ validatorAddress: new Uint8Array(20) })],
    ["an absent validator with a signature", absent({ signature: new Uint8Array(64) })],
    ["an address that is not the key's", validator({ address: new Uint8Array(20) })],
    [
      "a key of no scheme",
      validator({ pubKey: { ed25519: new Uint8Array(0), secp256k1: new Uint8Array(0) } }),
    ],
    ["negative power", validator({ votingPower: -1n })],
    ["power out of bounds", validator({ votingPower: 1n << 60n })],
    ["no validators", { ...next, validatorSet: { validators: [] } }],
  ])("%s is refused", (_, block) => {
    expect(codeOf(() => verify(TRUSTED, next, OPTIONS))).toBe(0);
    expect(codeOf(() => verify(TRUSTED, block, OPTIONS))).toBe(errors.malformedBlock.spec.code);
  });

  test("height zero and below are refused before anything is compared", () => {
    for (const height of [0n, -1n]) {
      const block = lightBlock({ height, validators: SET });
      const genesis = {
        chainId: LIGHT_CHAIN,
        initialHeight: height,
        timeNs: timeAt(height),
        validators: SET,
      };
      const code = codeOf(() => trustFromGenesisValidators(genesis, block, OPTIONS));
      expect(code).toBe(errors.malformedBlock.spec.code);
    }
  });

  test("a header without validators hash has no hash that a commit could name", () => {
    const block = resigned(NEXT, { validatorsHash: new Uint8Array(0) });
    const empty = withCommit(block, ({ blockId }) => ({
      blockId: { ...blockId, hash: new Uint8Array(0) },
    }));
    expect(codeOf(() => verify(TRUSTED, empty, OPTIONS))).toBe(errors.validatorsMismatch.spec.code);
  });

  test("trusted validators whose addresses are made up are refused", () => {
    const validators = SET.map((one) => ({ ...one, address: SET[0]!.address }));
    const code = codeOf(() => verify({ ...TRUSTED, validators }, lightBlock(FAR), OPTIONS));
    expect(code).toBe(errors.malformedBlock.spec.code);
  });

  test.each([
    ["nothing", { signedHeader: undefined, validatorSet: undefined }],
    ["no header", { ...whole, signedHeader: { ...next.signedHeader, header: undefined } }],
    ["no commit", { ...whole, signedHeader: { ...next.signedHeader, commit: undefined } }],
    ["no signed header", { ...whole, signedHeader: undefined }],
    ["no validators", { ...whole, validatorSet: undefined }],
  ])("a decoded block with %s is refused", (_, parts) => {
    expect(lightBlockOf(ProtoLightBlock.create(whole))).toMatchObject(next);
    const proto = ProtoLightBlock.create(parts);
    expect(codeOf(() => lightBlockOf(proto))).toBe(errors.malformedBlock.spec.code);
  });
});
