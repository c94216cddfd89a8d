import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { Receipt, ReceiptStatus } from "#core/codec/generated/aivm/inference/v1.js";
import { toHex } from "#core/primitives/bytes.js";
import { SeededRandom } from "#test/harness/random.js";
import {
  batchRoot,
  computeCommitment,
  computeSalt,
  inputsRoot,
  NO_RECEIPT,
  requestDigest,
  requestLeaf,
  resultDigest,
} from "./digests.js";

/** The formulas of protocol.md once more, on Node's own hash and Buffers. */
const reference = {
  hash: (...parts: readonly Uint8Array[]): Buffer => {
    const hash = createHash("sha256");
    for (const part of parts) hash.update(part);
    return hash.digest();
  },
  framed: (domain: string, ...fields: readonly Uint8Array[]): Buffer => {
    const lengths = fields.flatMap((field) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(field.length);
      return [length, field];
    });
    const header = Buffer.alloc(4);
    header.writeUInt32BE(Buffer.byteLength(domain));
    return reference.hash(header, Buffer.from(domain), ...lengths);
  },
  /** RFC 6962 section 2.1, literally. */
  merkle: (leaves: readonly Uint8Array[]): Buffer => {
    if (leaves.length === 0) return reference.hash();
    if (leaves.length === 1) return reference.hash(Buffer.of(0), leaves[0]!);
    let split = 1;
    while (split * 2 < leaves.length) split *= 2;
    const [left, right] = [leaves.slice(0, split), leaves.slice(split)].map(reference.merkle);
    return reference.hash(Buffer.of(1), left!, right!);
  },
  number: (value: bigint): Buffer => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64BE(value);
    return bytes;
  },
};

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const random = new SeededRandom(20n);
const digest = (): Uint8Array => random.bytes(32);

function receipt(changes: Partial<Receipt> = {}): Receipt {
  return Receipt.create({
    status: ReceiptStatus.OK,
    gasUsed: 1_234n,
    outputSize: 9n,
    outputDigest: digest(),
    ...changes,
  });
}

describe("digests of results", () => {
  test("a result digest is the hash of the receipt's canonical bytes, written out by hand", () => {
    const outputDigest = new Uint8Array(32).fill(7);
    const bytes = Buffer.concat([
      Buffer.from("0801", "hex"), // status 1
      Buffer.from("10d209", "hex"), // gas 1234
      Buffer.from("1809", "hex"), // size 9
      Buffer.from("2220", "hex"), // digest of 32 bytes
      outputDigest,
    ]);
    expect(hex(resultDigest(receipt({ outputDigest })))).toBe(hex(reference.hash(bytes)));
  });

  test("a work digest does not enter it", () => {
    const plain = receipt();
    expect(resultDigest({ ...plain, workDigest: digest() })).toEqual(resultDigest(plain));
  });

  test("every other field does", () => {
    const plain = receipt();
    const others = [
      { ...plain, status: ReceiptStatus.EXCEPTION },
      { ...plain, gasUsed: 1_235n },
      { ...plain, outputSize: 10n },
      { ...plain, outputDigest: digest() },
    ];
    const all = [plain, ...others].map((one) => toHex(resultDigest(one)));
    expect(new Set(all).size).toBe(5);
  });

  test("a request digest is the Merkle root over its executions in input order", () => {
    for (let count = 1; count <= 7; count++) {
      const receipts = Array.from({ length: count }, () => receipt());
      const expected = reference.merkle(receipts.map(resultDigest));
      expect(hex(requestDigest(receipts))).toBe(hex(expected));
    }
    const [first, second] = [receipt(), receipt()];
    expect(requestDigest([first, second])).not.toEqual(requestDigest([second, first]));
  });

  test("the leaf of an escalation binds the work digests, any other leaf is the request digest", () => {
    const receipts = [receipt({ workDigest: digest() }), receipt({ workDigest: digest() })];
    const own = requestDigest(receipts);
    expect(requestLeaf(receipts, false)).toEqual(own);
    const works = receipts.map((one) => one.workDigest);
    const expected = reference.framed("aivm/work/v1", own, ...works);
    expect(hex(requestLeaf(receipts, true))).toBe(hex(expected));
  });

  test("roots over leaves and over inputs are Merkle roots", () => {
    const leaves = Array.from({ length: 11 }, digest);
    expect(hex(batchRoot(leaves))).toBe(hex(reference.merkle(leaves)));
    expect(hex(inputsRoot(leaves))).toBe(hex(reference.merkle(leaves)));
    expect(hex(NO_RECEIPT)).toBe(hex(reference.framed("aivm/no-receipt/v1")));
  });
});

describe("commitments", () => {
  const fields = {
    chainId: "aivm-1",
    batchId: 77n,
    versionId: digest(),
    consensusAddress: random.bytes(20),
    batchRoot: digest(),
    salt: digest(),
  };

  test("hash every field behind its length", () => {
    const expected = reference.framed(
      "aivm/commit/v1",
      Buffer.from("aivm-1"),
      reference.number(77n),
      fields.versionId,
      fields.consensusAddress,
      fields.batchRoot,
      fields.salt,
    );
    expect(hex(computeCommitment(fields))).toBe(hex(expected));
  });

  test("differ when any field differs, so that a copied one opens nothing", () => {
    const others = [
      { ...fields, chainId: "aivm-2" },
      { ...fields, batchId: 78n },
      { ...fields, versionId: digest() },
      { ...fields, consensusAddress: random.bytes(20) },
      { ...fields, batchRoot: digest() },
      { ...fields, salt: digest() },
    ];
    const all = [fields, ...others].map((one) => toHex(computeCommitment(one)));
    expect(new Set(all).size).toBe(7);
  });

  test("use a salt derived from the node's secret, the chain and the batch", () => {
    const secret = digest();
    const chain = Buffer.from("aivm-1");
    const expected = reference.framed("aivm/salt/v1", secret, chain, reference.number(5n));
    expect(hex(computeSalt(secret, "aivm-1", 5n))).toBe(hex(expected));
    expect(computeSalt(secret, "aivm-1", 6n)).not.toEqual(computeSalt(secret, "aivm-1", 5n));
  });
});
