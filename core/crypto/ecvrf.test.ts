import { ed25519 } from "@noble/curves/ed25519.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { concatBytes, toHex, utf8 } from "#core/primitives/bytes.js";
import { hexBytes } from "#test/vectors/readVectors.js";
import { smallOrderEncodings, torsionPoints } from "#test/vectors/smallOrderPoints.js";
import {
  isVrfPublicKey,
  VRF_OUTPUT_BYTES,
  VRF_PROOF_BYTES,
  vrfProofToHash,
  vrfProve,
  vrfPublicKey,
  vrfVerify,
} from "./ecvrf.js";
import {
  computeChallenge,
  Curve,
  encodeToCurve,
  integerBytes,
  nonceBytes,
  toInteger,
} from "./ecvrfCurve.js";
import { invalidPrivateKey } from "./errors.js";
import { sha256 } from "./hash.js";

const SEED = { seed: 20261121, numRuns: 20 };
const ORDER = Curve.Fn.ORDER;

/** RFC 9381 appendix B.3, examples 16 to 18. */
const EXAMPLES = [
  {
    sk: "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
    pk: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    alpha: "",
    x: "307c83864f2833cb427a2ef1c00a013cfdff2768d980c0a3a520f006904de94f",
    h: "91bbed02a99461df1ad4c6564a5f5d829d0b90cfc7903e7a5797bd658abf3318",
    k: "7100f3d9eadb6dc4743b029736ff283f5be494128df128df2817106f345b8594b6d6da2d6fb0b4c0257eb337675d96eab49cf39e66cc2c9547c2bf8b2a6afae4",
    u: "aef27c725be964c6a9bf4c45ca8e35df258c1878b838f37d9975523f09034071",
    v: "5016572f71466c646c119443455d6cb9b952f07d060ec8286d678615d55f954f",
    pi: "8657106690b5526245a92b003bb079ccd1a92130477671f6fc01ad16f26f723f26f8a57ccaed74ee1b190bed1f479d9727d2d0f9b005a6e456a35d4fb0daab1268a1b0db10836d9826a528ca76567805",
    beta: "90cf1df3b703cce59e2a35b925d411164068269d7b2d29f3301c03dd757876ff66b71dda49d2de59d03450451af026798e8f81cd2e333de5cdf4f3e140fdd8ae",
  },
  {
    sk: "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
    pk: "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
    alpha: "72",
    x: "68bd9ed75882d52815a97585caf4790a7f6c6b3b7f821c5e259a24b02e502e51",
    h: "5b659fc3d4e9263fd9a4ed1d022d75eaacc20df5e09f9ea937502396598dc551",
    k: "42589bbf0c485c3c91c1621bb4bfe04aed7be76ee48f9b00793b2342acb9c167cab856f9f9d4febc311330c20b0a8afd3743d05433e8be8d32522ecdc16cc5ce",
    u: "1dcb0a4821a2c48bf53548228b7f170962988f6d12f5439f31987ef41f034ab3",
    v: "fd03c0bf498c752161bae4719105a074630a2aa5f200ff7b3995f7bfb1513423",
    pi: "f3141cd382dc42909d19ec5110469e4feae18300e94f304590abdced48aed5933bf0864a62558b3ed7f2fea45c92a465301b3bbf5e3e54ddf2d935be3b67926da3ef39226bbc355bdc9850112c8f4b02",
    beta: "eb4440665d3891d668e7e0fcaf587f1b4bd7fbfe99d0eb2211ccec90496310eb5e33821bc613efb94db5e5b54c70a848a0bef4553a41befc57663b56373a5031",
  },
  {
    sk: "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
    pk: "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
    alpha: "af82",
    x: "909a8b755ed902849023a55b15c23d11ba4d7f4ec5c2f51b1325a181991ea95c",
    h: "bf4339376f5542811de615e3313d2b36f6f53c0acfebb482159711201192576a",
    k: "38b868c335ccda94a088428cbf3ec8bc7955bfaffe1f3bd2aa2c59fc31a0febc59d0e1af3715773ce11b3bbdd7aba8e3505d4b9de6f7e4a96e67e0d6bb6d6c3a",
    u: "2bae73e15a64042fcebf062abe7e432b2eca6744f3e8265bc38e009cd577ecd5",
    v: "88cba1cb0d4f9b649d9a86026b69de076724a93a65c349c988954f0961c5d506",
    pi: "9bc0f79119cc5604bf02d23b4caede71393cedfbb191434dd016d30177ccbf8096bb474e53895c362d8628ee9f9ea3c0e52c7a5c691b6c18c9979866568add7a2d41b00b05081ed0f58ee5e31b3a970e",
    beta: "645427e5d00c62a23fb703732fa5d892940935942101e456ecca7bb217c61c452118fec1219202a0edcf038bb6373241578be7217ba85a2687f7a0310b2df19f",
  },
];

describe("RFC 9381 appendix B.3", () => {
  test.each(EXAMPLES)("alpha $alpha: proof and output", ({ sk, pk, alpha, pi, beta }) => {
    expect(toHex(vrfPublicKey(hexBytes(sk)))).toBe(pk);
    expect(toHex(vrfProve(hexBytes(sk), hexBytes(alpha)))).toBe(pi);
    expect(toHex(vrfVerify(hexBytes(pk), hexBytes(alpha), hexBytes(pi))!)).toBe(beta);
    expect(toHex(vrfProofToHash(hexBytes(pi))!)).toBe(beta);
    expect(isVrfPublicKey(hexBytes(pk))).toBe(true);
  });

  test.each(EXAMPLES)("alpha $alpha: intermediate values", (example) => {
    const secret = ed25519.utils.getExtendedPublicKey(hexBytes(example.sk));
    expect(toHex(secret.head)).toBe(example.x);
    const point = encodeToCurve(hexBytes(example.pk), hexBytes(example.alpha));
    expect(point.toHex()).toBe(example.h);
    const nonce = nonceBytes(secret.prefix, point);
    expect(toHex(nonce)).toBe(example.k);
    const k = toInteger(nonce) % ORDER;
    const [u, v] = [Curve.BASE.multiply(k), point.multiply(k)];
    expect([u.toHex(), v.toHex()]).toEqual([example.u, example.v]);
    const gamma = example.pi.slice(0, 64);
    const known = [example.pk, example.h, gamma].map(hexBytes);
    const challenge = integerBytes(computeChallenge(known, u, v), 16);
    expect(toHex(challenge)).toBe(example.pi.slice(64, 96));
  });
});

const seed = sha256(utf8("seed"));
const publicKey = vrfPublicKey(seed);
const alpha = utf8("alpha");
const proof = vrfProve(seed, alpha);
const [gamma, c, s] = [proof.slice(0, 32), proof.slice(32, 48), proof.slice(48)];

describe("proofs", () => {
  test("any key proves any input, and the output is that of the proof", () => {
    const inputs = fc.uint8Array({ maxLength: 80 });
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), inputs, (key, input) => {
        const made = vrfProve(key, input);
        expect(made).toHaveLength(VRF_PROOF_BYTES);
        const output = vrfVerify(vrfPublicKey(key), input, made);
        expect(output).toHaveLength(VRF_OUTPUT_BYTES);
        expect(output).toEqual(vrfProofToHash(made));
        expect(vrfProve(key, input)).toEqual(made);
      }),
      SEED,
    );
  });

  test("another key, another input and swapped fields are refused", () => {
    expect(vrfVerify(publicKey, alpha, proof)).toBeDefined();
    expect(vrfVerify(vrfPublicKey(sha256(seed)), alpha, proof)).toBeUndefined();
    expect(vrfVerify(publicKey, utf8("alphb"), proof)).toBeUndefined();
    expect(vrfVerify(publicKey, utf8(""), proof)).toBeUndefined();
    expect(vrfVerify(publicKey, alpha, vrfProve(seed, utf8("beta")))).toBeUndefined();
  });

  test("every flipped bit is refused", () => {
    for (let bit = 0; bit < VRF_PROOF_BYTES * 8; bit += 3) {
      const altered = proof.with(bit >> 3, proof[bit >> 3]! ^ (1 << (bit & 7)));
      expect(vrfVerify(publicKey, alpha, altered), `bit ${bit}`).toBeUndefined();
    }
  });

  test.each([
    ["Gamma that is no point", concatBytes(integerBytes(2n, 32), c, s)],
    ["Gamma negated", concatBytes(gamma.with(31, gamma[31]! ^ 0x80), c, s)],
    ["c of zero", concatBytes(gamma, new Uint8Array(16), s)],
    ["s of zero", concatBytes(gamma, c, new Uint8Array(32))],
    ["s plus the order", concatBytes(gamma, c, integerBytes(toInteger(s) + ORDER, 32))],
    ["s of the order", concatBytes(gamma, c, integerBytes(ORDER, 32))],
    ["s of all ones", concatBytes(gamma, c, new Uint8Array(32).fill(0xff))],
    ["79 bytes", proof.slice(0, 79)],
    ["81 bytes", concatBytes(proof, Uint8Array.of(0))],
    ["no bytes", new Uint8Array(0)],
    ["only zeros", new Uint8Array(80)],
  ])("a proof with %s is refused", (_, altered) => {
    expect(vrfVerify(publicKey, alpha, altered)).toBeUndefined();
  });

  test("small-order Gamma is refused in every spelling", () => {
    for (const encoding of smallOrderEncodings()) {
      expect(vrfVerify(publicKey, alpha, concatBytes(encoding, c, s))).toBeUndefined();
    }
  });

  test("proofs that do not decode have no output", () => {
    expect(vrfProofToHash(proof.slice(1))).toBeUndefined();
    expect(vrfProofToHash(concatBytes(integerBytes(2n, 32), c, s))).toBeUndefined();
    const high = integerBytes(ORDER, 32);
    expect(vrfProofToHash(concatBytes(gamma, c, high))).toBeUndefined();
    expect(vrfProofToHash(concatBytes(gamma, c, integerBytes(ORDER - 1n, 32)))).toBeDefined();
  });

  test("a prover who adds torsion to Gamma does not get another output", () => {
    const forged = proofWithTorsion();
    expect(forged.subarray(0, 32)).not.toEqual(gamma);
    expect(vrfVerify(publicKey, alpha, forged)).toEqual(vrfVerify(publicKey, alpha, proof));
  });

  test.each([0, 31, 33, 64])("a seed of %d bytes is refused", (length) => {
    const short = new Uint8Array(length);
    expect(() => vrfProve(short, alpha)).toThrow(invalidPrivateKey().summary);
    expect(() => vrfPublicKey(short)).toThrow(invalidPrivateKey().summary);
  });
});

/** Tries nonces until the challenge is a multiple of 8, so that the torsion part drops out. */
function proofWithTorsion(): Uint8Array {
  const { scalar } = ed25519.utils.getExtendedPublicKey(seed);
  const point = encodeToCurve(publicKey, alpha);
  const bent = point.multiply(scalar).add(torsionPoints()[1]!);
  for (let nonce = 1n; ; nonce++) {
    const known = [publicKey, point.toBytes(), bent.toBytes()];
    const challenge = computeChallenge(known, Curve.BASE.multiply(nonce), point.multiply(nonce));
    if (challenge % 8n !== 0n) continue;
    const response = integerBytes((nonce + challenge * scalar) % ORDER, 32);
    return concatBytes(bent.toBytes(), integerBytes(challenge, 16), response);
  }
}

describe("public keys", () => {
  test("small-order keys are refused in every spelling", () => {
    for (const encoding of smallOrderEncodings()) {
      expect(isVrfPublicKey(encoding), toHex(encoding)).toBe(false);
      expect(vrfVerify(encoding, alpha, proof), toHex(encoding)).toBeUndefined();
    }
  });

  test("non-canonical spellings of larger points are refused", () => {
    const field = Curve.Fp.ORDER;
    const spellings = Array.from({ length: 19 }, (_, y) => BigInt(y)).filter((y) =>
      ed25519.utils.isValidPublicKey(integerBytes(y + field, 32), true),
    );
    expect(spellings.length).toBeGreaterThan(2);
    for (const y of spellings) expect(isVrfPublicKey(integerBytes(y + field, 32))).toBe(false);
  });

  test.each([
    ["31 bytes", publicKey.slice(1)],
    ["33 bytes", concatBytes(publicKey, Uint8Array.of(0))],
    ["no bytes", new Uint8Array(0)],
    ["no point", integerBytes(2n, 32)],
    ["all ones", new Uint8Array(32).fill(0xff)],
  ])("a key of %s is refused", (_, key) => {
    expect(isVrfPublicKey(key)).toBe(false);
    expect(vrfVerify(key, alpha, proof)).toBeUndefined();
  });

  test("a key with a torsion part is taken, as the RFC has it", () => {
    const mixed = Curve.fromBytes(publicKey).add(torsionPoints()[1]!).toBytes();
    expect(isVrfPublicKey(mixed)).toBe(true);
    expect(vrfVerify(mixed, alpha, proof)).toBeUndefined();
  });
});
