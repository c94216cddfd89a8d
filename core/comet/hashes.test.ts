import { describe, expect, test } from "vitest";
import { ExecTxResult } from "#core/codec/generated/tendermint/abci.js";
import { Header, ValidatorSet } from "#core/codec/generated/tendermint/types.js";
import { PublicKey } from "#core/codec/generated/tendermint/crypto.js";
import { sha256 } from "#core/crypto/hash.js";
import { toHex, utf8 } from "#core/primitives/bytes.js";
import { COMET_VECTORS } from "#test/vectors/cometVectors.js";
import { hexBytes } from "#test/vectors/readVectors.js";
import { consensusParamsHash, dataHash, headerHash, lastResultsHash, txHash } from "./hashes.js";
import { findValidatorAddress, sortValidators, validatorSetHash } from "./validators.js";

const NONE = new Uint8Array(0);

describe("hashes of CometBFT", () => {
  test.each(COMET_VECTORS.headers)("header: $name", ({ proto, hash }) => {
    expect(toHex(headerHash(Header.decode(hexBytes(proto))))).toBe(hash);
  });

  test("TestHeaderHash of CometBFT", () => {
    const zeros = new Uint8Array(32);
    const hashOf = (name: string): Uint8Array => sha256(utf8(name));
    const header = Header.create({
      version: { block: 1n, app: 2n },
      chainId: "chainId",
      height: 3n,
      time: { seconds: 1_570_983_284n, nanos: 0 },
      lastBlockId: { hash: zeros, partSetHeader: { total: 6, hash: zeros } },
      lastCommitHash: hashOf("last_commit_hash"),
      dataHash: hashOf("data_hash"),
      validatorsHash: hashOf("validators_hash"),
      nextValidatorsHash: hashOf("next_validators_hash"),
      consensusHash: hashOf("consensus_hash"),
      appHash: hashOf("app_hash"),
      lastResultsHash: hashOf("last_results_hash"),
      evidenceHash: hashOf("evidence_hash"),
      proposerAddress: hashOf("proposer_address").slice(0, 20),
    });
    expect(toHex(headerHash(header))).toBe(
      "f740121f553b5418c3efbd343c2dbfe9e007bb67b0d020a0741374bab65242a4",
    );
  });

  test.each(COMET_VECTORS.validatorSets)("validator set: $name", ({ proto, hash }) => {
    const { validators } = ValidatorSet.decode(hexBytes(proto));
    expect(toHex(validatorSetHash(validators))).toBe(hash);
    const sorted = sortValidators(validators.toReversed());
    expect(sorted).toEqual(validators);
  });

  test("validator set of two keys that are hashes", () => {
    const set = [
      { pubKey: { ed25519: sha256(utf8("pk1")), secp256k1: NONE }, votingPower: 10n },
      { pubKey: { ed25519: sha256(utf8("pk2")), secp256k1: NONE }, votingPower: 5n },
    ];
    expect(toHex(validatorSetHash(set))).toBe(
      "190d29392064e98769545d5636976fecb50162f8019ebdd1fca3309acea25050",
    );
  });

  test.each(COMET_VECTORS.consensusParams)("parameters $maxBytes $maxGas", (vector) => {
    const block = { maxBytes: BigInt(vector.maxBytes), maxGas: BigInt(vector.maxGas) };
    expect(toHex(consensusParamsHash(block))).toBe(vector.hash);
  });

  test("default parameters", () => {
    expect(toHex(consensusParamsHash({ maxBytes: 22_020_096n, maxGas: -1n }))).toBe(
      "048091bc7ddc283f77bfbf91d73c44da58c3df8a9cbc867405d8b7f3daada22f",
    );
  });

  test.each(COMET_VECTORS.data)("$txs.length transactions", ({ txs, txHashes, hash }) => {
    const bytes = txs.map(hexBytes);
    expect(bytes.map(txHash).map(toHex)).toEqual(txHashes);
    expect(toHex(dataHash(bytes))).toBe(hash);
  });

  test.each(COMET_VECTORS.results)("$results.length results", ({ results, hash }) => {
    const decoded = results.map((result) => ExecTxResult.decode(hexBytes(result)));
    expect(toHex(lastResultsHash(decoded))).toBe(hash);
  });
});

describe("results", () => {
  const result = ExecTxResult.create({ code: 5, data: utf8("d"), gasWanted: 7n, gasUsed: 3n });
  const base = toHex(lastResultsHash([result]));

  test("log, info, codespace and events are not hashed", () => {
    const event = { type: "message", attributes: [] };
    const noisy = { ...result, log: "l", info: "i", codespace: "sdk", events: [event] };
    expect(toHex(lastResultsHash([noisy]))).toBe(base);
  });

  test.each([
    ["code", { code: 6 }],
    ["data", { data: utf8("e") }],
    ["gas wanted", { gasWanted: 8n }],
    ["gas used", { gasUsed: 4n }],
  ])("%s changes the hash", (_, change) => {
    expect(toHex(lastResultsHash([{ ...result, ...change }]))).not.toBe(base);
  });
});

describe("addresses of validators", () => {
  test.each(COMET_VECTORS.addresses)("$address", ({ publicKey, address }) => {
    const found = findValidatorAddress(PublicKey.decode(hexBytes(publicKey)));
    expect(toHex(found!)).toBe(address);
  });

  test.each([
    ["no key", { ed25519: NONE, secp256k1: NONE }],
    ["both keys", { ed25519: new Uint8Array(32), secp256k1: new Uint8Array(33) }],
    ["a short ed25519 key", { ed25519: new Uint8Array(31), secp256k1: NONE }],
    ["a short secp256k1 key", { ed25519: NONE, secp256k1: new Uint8Array(32) }],
  ])("%s has none", (_, key) => {
    expect(findValidatorAddress(key)).toBeUndefined();
  });
});
