import { beforeAll, describe, expect, test } from "vitest";
import { importForBrowser } from "#test/harness/browserBundle.js";
import { COMET_VECTORS } from "#test/vectors/cometVectors.js";
import { ICS23_VECTORS } from "#test/vectors/ics23Vectors.js";
import { hexBytes } from "#test/vectors/readVectors.js";
import { LightBlock } from "#core/codec/generated/tendermint/types.js";
import { signEd25519 } from "#core/crypto/ed25519.js";
import { vrfProve } from "#core/crypto/ecvrf.js";
import { deriveAccount } from "#core/crypto/hd.js";
import { signSecp256k1 } from "#core/crypto/secp256k1.js";
import { sha256 } from "#core/crypto/hash.js";
import { utf8 } from "#core/primitives/bytes.js";
import { lightBlockOf } from "./lightBlock.js";
import { trustFromGenesisValidators, type GenesisTrust } from "./lightClient.js";
import { IAVL_SPEC, verifyMembership } from "./ics23.js";
import { CommitmentProof } from "./ics23Proof.js";
import { findTimeNs } from "./time.js";

/** Everything that a browser client needs, by the names it has in this file. */
const SOURCE = `
  export { signEd25519, verifyEd25519 } from "#core/crypto/ed25519.js";
  export { vrfProve, vrfVerify } from "#core/crypto/ecvrf.js";
  export { deriveAccount } from "#core/crypto/hd.js";
  export { signSecp256k1 } from "#core/crypto/secp256k1.js";
  export { trustFromGenesisValidators } from "#core/comet/lightClient.js";
  export { verifyMembership } from "#core/comet/ics23.js";
  export { verifyStoreProof } from "#core/comet/storeProof.js";
`;

interface Browser {
  readonly signEd25519: typeof signEd25519;
  readonly vrfProve: typeof vrfProve;
  readonly deriveAccount: typeof deriveAccount;
  readonly signSecp256k1: typeof signSecp256k1;
  readonly trustFromGenesisValidators: typeof trustFromGenesisValidators;
  readonly verifyMembership: typeof verifyMembership;
}

describe("bundled for a browser", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = (await importForBrowser(SOURCE)) as Browser;
  });

  test("keys and signatures are those of Node", () => {
    const [seed, message] = [sha256(utf8("seed")), utf8("message")];
    const words = "zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo wrong";
    expect(browser.deriveAccount(words, 3)).toEqual(deriveAccount(words, 3));
    expect(browser.signEd25519(message, seed)).toEqual(signEd25519(message, seed));
    expect(browser.signSecp256k1(message, seed)).toEqual(signSecp256k1(message, seed));
    const proof = browser.vrfProve(seed, message);
    expect(proof).toEqual(vrfProve(seed, message));
  });

  test("a block and a store proof verify as in Node", () => {
    const block = lightBlockOf(LightBlock.decode(hexBytes(COMET_VECTORS.lightBlocks[0]!)));
    const { chainId, height: initialHeight, time } = block.signedHeader.header;
    const timeNs = findTimeNs(time)!;
    const { validators } = block.validatorSet;
    const genesis: GenesisTrust = { chainId, initialHeight, timeNs, validators };
    const clock = { nowNs: timeNs, maxClockDriftNs: 1n };
    expect(browser.trustFromGenesisValidators(genesis, block, clock)).toEqual(
      trustFromGenesisValidators(genesis, block, clock),
    );
    const tree = ICS23_VECTORS.iavl[2]!;
    const { key, value, proof } = tree.entries[1]!;
    const entry = { key: hexBytes(key), value: hexBytes(value!) };
    const decoded = CommitmentProof.decode(hexBytes(proof));
    for (const verify of [verifyMembership, browser.verifyMembership]) {
      expect(() => {
        verify(IAVL_SPEC, hexBytes(tree.root), decoded, entry);
      }).not.toThrow();
    }
  });

  test("a source that needs Node does not bundle", async () => {
    const source = `export { assertNativeSecp256k1 } from "./core/crypto/node/secp256k1.ts";`;
    await expect(importForBrowser(source)).rejects.toThrow("node:module");
  });
});
