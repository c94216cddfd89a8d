import { describe, expect, test } from "vitest";
import { Vote, type BlockID } from "#core/codec/generated/tendermint/types.js";
import { sha256 } from "#core/crypto/hash.js";
import { toHex, utf8 } from "#core/primitives/bytes.js";
import { COMET_VECTORS } from "#test/vectors/cometVectors.js";
import { hexBytes } from "#test/vectors/readVectors.js";
import { precommitSignBytes, voteExtensionSignBytes } from "./signBytes.js";

function orNil(id: BlockID): BlockID | undefined {
  return id.hash.length === 0 && id.partSetHeader.total === 0 ? undefined : id;
}

describe("sign bytes of CometBFT", () => {
  test.each(COMET_VECTORS.votes)("vote on $chainId", (vector) => {
    const { height, round, blockId, timestamp, extension } = Vote.decode(hexBytes(vector.vote));
    const precommit = { height, round, blockId: orNil(blockId), timestamp };
    expect(toHex(precommitSignBytes(vector.chainId, precommit))).toBe(vector.signBytes);
    const signed = voteExtensionSignBytes(vector.chainId, { extension, height, round });
    expect(toHex(signed)).toBe(vector.extensionSignBytes);
  });

  test("a precommit with round 0", () => {
    const signed = precommitSignBytes("test-1", {
      height: 5n,
      round: 0,
      blockId: {
        hash: sha256(utf8("b")),
        partSetHeader: { total: 1, hash: sha256(utf8("p")) },
      },
      timestamp: { seconds: 1_700_000_000n, nanos: 500_000_000 },
    });
    expect(toHex(signed)).toBe(
      "6b080211050000000000000022480a203e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d122408011220148de9c5a7a44d19e56cd9ae1a554bf67847afb0c58f6e12fa29ac7ddfca99402a0c0880e2cfaa061080cab5ee013206746573742d31",
    );
  });

  test("a vote extension", () => {
    const vote = { extension: utf8("ext"), height: 5n, round: 0 };
    expect(toHex(voteExtensionSignBytes("test-1", vote))).toBe(
      "160a036578741105000000000000002206746573742d31",
    );
  });

  test("chain, height, round and extension are all bound", () => {
    const vote = { extension: utf8("ext"), height: 5n, round: 1 };
    const base = toHex(voteExtensionSignBytes("a", vote));
    expect(toHex(voteExtensionSignBytes("b", vote))).not.toBe(base);
    for (const change of [{ height: 6n }, { round: 2 }, { extension: utf8("exu") }]) {
      expect(toHex(voteExtensionSignBytes("a", { ...vote, ...change }))).not.toBe(base);
    }
  });
});
