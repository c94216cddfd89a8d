import { beforeEach, describe, expect, test } from "vitest";
import { MultiSignature } from "#core/codec/generated/cosmos/crypto/multisig/v1beta1.js";
import { PubKey } from "#core/codec/generated/cosmos/crypto/secp256k1.js";
import { SignMode } from "#core/codec/generated/cosmos/tx/signing/v1beta1.js";
import { AuthInfo, type ModeInfo, TxRaw } from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { formatAddress, parseAddress } from "#core/crypto/address.js";
import { fromUtf8, toBase64 } from "#core/primitives/bytes.js";
import { coin } from "#core/primitives/coin.js";
import { packMultisig, publicKeyAddress, unpackPublicKey } from "#modules/auth/types/publicKey.js";
import { attempt } from "#core/codec/attempt.js";
import { ChainError } from "#core/primitives/errors.js";
import { AnteFixture, FEE_DENOM } from "#test/harness/anteFixture.js";
import { SeededRandom } from "#test/harness/random.js";
import { AMINO_VECTORS, type MultisigTrial } from "#test/vectors/aminoVectors.js";
import { hexBytes } from "#test/vectors/readVectors.js";

/** Trials on which this chain is stricter than the SDK, with what it says. */
const STRICTER = new Map([
  ["more signatures than bits", "signature size is incorrect 3, the bit array has 2"],
]);

/** What the SDK says without naming the flaw. */
const FLAWS = new Map([
  ["one of three", "not enough signatures set, have 1, expected 2"],
  ["none of three", "not enough signatures set, have 0, expected 2"],
  ["the wrong order", "unable to verify signature at index 0"],
  ["the wrong bits", "unable to verify signature at index 1"],
  ["a key of somebody else", "unable to verify signature at index 1"],
  ["a bit array too short", "bit array size is incorrect, expecting: 3"],
  ["a bit array too long", "bit array size is incorrect, expecting: 3"],
  ["fewer bits than the threshold", "not enough signatures set, have 1, expected 2"],
  ["multi mode of a single key", "a single key cannot sign in multi mode"],
]);

/** Trials at which the SDK panics or gives an error without a code. */
const OTHERWISE = new Map([
  ["a single signature", "a multisig signs in multi mode, with the signatures of its keys"],
  ["more bits than signatures", "signature size is incorrect 2, the bit array has 3"],
  ["more mode infos than signatures", "a multisig has 3 mode infos and 2 signatures"],
]);

let chain: AnteFixture;
beforeEach(() => {
  chain = new AnteFixture();
  chain.chainId = AMINO_VECTORS.chainId;
});

function accountOf({ address }: MultisigTrial): {
  readonly address: ReturnType<typeof parseAddress>;
} {
  return { address: parseAddress("account", address) };
}

function open(trial: MultisigTrial, sequence = BigInt(trial.sequence)): void {
  const number = BigInt(trial.accountNumber);
  chain.add(accountOf(trial), [coin(FEE_DENOM, 100n)], { number, sequence });
}

const isAccepted = (trial: MultisigTrial): boolean =>
  trial.code === 0 && trial.panics !== true && !STRICTER.has(trial.name);
const accepted = AMINO_VECTORS.multisigs.filter(isAccepted);
const refused = AMINO_VECTORS.multisigs.filter((trial) => !isAccepted(trial));

function trialOf(name: string): MultisigTrial {
  return AMINO_VECTORS.multisigs.find((one) => one.name === name)!;
}

describe("transactions of multisigs that the SDK accepts", () => {
  test.each(accepted)("$name", (trial) => {
    open(trial);
    const bytes = hexBytes(trial.txBytes);
    const result = chain.runBytes(bytes);
    expect(result).toMatchObject({ code: 0, log: "" });
    expect(chain.find(accountOf(trial))?.sequence).toBe(BigInt(trial.sequence) + 1n);
    // Once more it is used up; in a recheck before its block it still counts.
    expect(chain.runBytes(bytes).code).toBe(32);
  });

  test("cost the gas of the signatures that are verified", () => {
    const used = accepted.map((trial) => {
      chain = new AnteFixture();
      chain.chainId = AMINO_VECTORS.chainId;
      open(trial);
      const bytes = hexBytes(trial.txBytes);
      return chain.runBytes(bytes).gasUsed - 10n * BigInt(bytes.length) - BigInt(trial.gasUsed);
    });
    // What is left is the same for all, but for the bytes of the key that the account then stores.
    const stored = accepted.map(({ txBytes }) => storedKeyBytes(hexBytes(txBytes)));
    const rest = used.map((gas, index) => gas - 30n * BigInt(stored[index]!));
    expect(
      Number(rest.reduce((a, b) => (a > b ? a : b)) - rest.reduce((a, b) => (a < b ? a : b))),
    ).toBeLessThan(200);
  });

  test("name every signature, and all of them together", () => {
    const trial = trialOf("two of three");
    open(trial);
    const bytes = hexBytes(trial.txBytes);
    const { events } = chain.runBytes(bytes);
    const named = events
      .filter(({ type }) => type === "tx")
      .flatMap(({ attributes }) => attributes)
      .filter(({ key }) => key === "signature")
      .map(({ value }) => value);
    const [signature] = TxRaw.decode(bytes).signatures;
    const parts = MultiSignature.decode(signature!).signatures;
    expect(named).toEqual([...parts, signature!].map(toBase64));
  });
});

describe("transactions of multisigs that are refused", () => {
  test.each(refused)("$name", (trial) => {
    open(trial);
    const before = chain.state();
    const result = chain.runBytes(hexBytes(trial.txBytes));
    const { code, codespace, log } = expected(trial);
    expect(result).toMatchObject({ code, codespace, events: [] });
    expect(result.log).toContain(log);
    expect(chain.state()).toEqual(before);
    expect(chain.faults).toEqual([]);
  });
});

/** The SDK's verdict, with our flaw where the SDK names none. */
function expected({ name, code, codespace, log = "" }: MultisigTrial): {
  readonly code: number;
  readonly codespace: string;
  readonly log: string;
} {
  const other = OTHERWISE.get(name) ?? STRICTER.get(name);
  if (other !== undefined) return { code: 4, codespace: "sdk", log: other };
  const flaw = FLAWS.get(name);
  const text =
    flaw === undefined ? log : log.replace(": unauthorized", `: (${flaw}): unauthorized`);
  return { code, codespace: codespace ?? "", log: text };
}

describe("a multisig", () => {
  test("need not show its key again", () => {
    const trial = trialOf("two of three");
    open(trial);
    const raw = TxRaw.decode(hexBytes(trial.txBytes));
    const info = AuthInfo.decode(raw.authInfoBytes);
    const [signer] = info.signerInfos;
    const hidden = { ...signer!, publicKey: undefined };
    const authInfoBytes = AuthInfo.encode({ ...info, signerInfos: [hidden] });
    const bytes = TxRaw.encode({ ...raw, authInfoBytes });
    expect(chain.runBytes(bytes).log).toContain("pubkey on account is not set");
    const account = chain.find(accountOf(trial))!;
    chain.auth.setAccount(chain.context(), { ...account, publicKey: signer!.publicKey });
    // Amino JSON does not sign the mode infos.
    expect(chain.runBytes(bytes)).toMatchObject({ code: 0 });
  });

  test("is simulated by its threshold, without signatures", () => {
    const trial = trialOf("five of seven");
    open(trial);
    const bytes = hexBytes(trial.txBytes);
    const real = chain.runBytes(bytes);
    chain = new AnteFixture();
    chain.chainId = AMINO_VECTORS.chainId;
    open(trial);
    const raw = TxRaw.decode(bytes);
    for (const signatures of [[new Uint8Array(0)], [emptySignatures(5)]]) {
      const simulated = chain.runBytes(TxRaw.encode({ ...raw, signatures }), "simulate");
      expect(simulated).toMatchObject({ code: 0 });
      expect(simulated.gasUsed).toBeGreaterThanOrEqual(real.gasUsed);
      // It has no fee either, whose transfer a simulation adds.
      expect(simulated.gasUsed).toBeLessThan(real.gasUsed + 22_000n);
    }
  });

  test("is rechecked without its signatures being verified again", () => {
    const trial = trialOf("the wrong order");
    open(trial);
    expect(chain.runBytes(hexBytes(trial.txBytes), "recheck").code).toBe(0);
  });

  test("with an impossible threshold or a foreign key is no key", () => {
    const trial = trialOf("two of three");
    open(trial);
    const before = chain.state();
    const raw = TxRaw.decode(hexBytes(trial.txBytes));
    const info = AuthInfo.decode(raw.authInfoBytes);
    const keys = [1, 2].map((fill) => new Uint8Array(33).fill(fill));
    const cases = [
      [packMultisig(0, keys), /a multisig of 2 keys cannot have the threshold 0/],
      [packMultisig(3, keys), /a multisig of 2 keys cannot have the threshold 3/],
      [
        packMultisig(
          1,
          keys.map((key) => key.subarray(1)),
        ),
        /a compressed key has 33 bytes/,
      ],
      [packMultisig(1, keys), /pubKey does not match signer address/],
      [nested(9), /nested too deep/],
    ] as const;
    for (const [publicKey, log] of cases) {
      const signerInfos = [{ ...info.signerInfos[0]!, publicKey }];
      const authInfoBytes = AuthInfo.encode({ ...info, signerInfos });
      const result = chain.runBytes(TxRaw.encode({ ...raw, authInfoBytes }));
      expect(result).toMatchObject({ code: 8, codespace: "sdk" });
      expect(result.log).toMatch(log);
    }
    expect(chain.state()).toEqual(before);
  });

  test("of mode infos that are nothing, or nested without end, is refused", () => {
    const trial = trialOf("two of three");
    open(trial);
    const before = chain.state();
    const raw = TxRaw.decode(hexBytes(trial.txBytes));
    const info = AuthInfo.decode(raw.authInfoBytes);
    const bits = { extraBitsStored: 9, elems: new Uint8Array(1) };
    let modeInfo: ModeInfo = { single: { mode: SignMode.LEGACY_AMINO_JSON }, multi: undefined };
    let signature = new Uint8Array(64);
    for (let depth = 0; depth < 9; depth++) {
      modeInfo = { single: undefined, multi: { bitarray: undefined, modeInfos: [modeInfo] } };
      signature = Uint8Array.from(MultiSignature.encode({ signatures: [signature] }));
    }
    const cases = [
      [undefined, new Uint8Array(0), /a signer has no mode info/],
      [{ single: undefined, multi: undefined }, new Uint8Array(0), /a signer has no mode info/],
      [
        { single: undefined, multi: { bitarray: bits, modeInfos: [] } },
        new Uint8Array(0),
        /malformed bit array/,
      ],
      [modeInfo, signature, /nested too deep/],
      [
        { single: undefined, multi: { bitarray: undefined, modeInfos: [] } },
        Uint8Array.of(9),
        /malformed protobuf/,
      ],
    ] as const;
    for (const [one, bytes, log] of cases) {
      const signerInfos = [{ ...info.signerInfos[0]!, modeInfo: one as ModeInfo }];
      const authInfoBytes = AuthInfo.encode({ ...info, signerInfos });
      const result = chain.runBytes(TxRaw.encode({ ...raw, authInfoBytes, signatures: [bytes] }));
      expect(result.code).not.toBe(0);
      expect(result.log).toMatch(log);
    }
    expect(chain.state()).toEqual(before);
    expect(chain.faults).toEqual([]);
  });
});

test("whatever becomes of keys, mode infos and signatures, nothing breaks and nothing is written", () => {
  const random = new SeededRandom(20_261_128n);
  const trials = AMINO_VECTORS.multisigs.map((trial) => hexBytes(trial.txBytes));
  for (const trial of new Map(AMINO_VECTORS.multisigs.map((one) => [one.address, one])).values()) {
    chain.add(accountOf(trial), [coin(FEE_DENOM, 100n)], { number: 11n, sequence: 5n });
  }
  const accounts = AMINO_VECTORS.multisigs.map((trial) => chain.find(accountOf(trial))!);
  const before = chain.state();
  let read = 0;
  for (let round = 0; round < 3_000; round++) {
    const raw = TxRaw.decode(trials[round % trials.length]!);
    const [authInfoBytes, signature] = [raw.authInfoBytes, raw.signatures[0]!].map((bytes) =>
      Uint8Array.from(bytes),
    ) as [Uint8Array, Uint8Array];
    const target = random.below(2) === 0 ? authInfoBytes : signature;
    if (target.length > 0) target[random.below(target.length)]! ^= 1 + random.below(255);
    const bytes = TxRaw.encode({ ...raw, authInfoBytes, signatures: [signature] });
    const result = attempt(() => chain.runBytes(bytes, "check"));
    if (result instanceof ChainError) continue;
    read++;
    // A changed bit that is not signed, such as an unused one of the bit array, may change nothing.
    if (result.code !== 0) continue;
    for (const account of accounts) chain.auth.setAccount(chain.context(), account);
  }
  expect(read).toBeGreaterThan(1_000);
  expect(chain.faults).toEqual([]);
  expect(chain.state()).toEqual(before);
});

test.each(AMINO_VECTORS.keys)("the address of $name", ({ typeUrl, proto, address }) => {
  const key = unpackPublicKey({ typeUrl, value: hexBytes(proto) });
  expect(formatAddress("account", publicKeyAddress(key))).toBe(address);
});

describe("single signers in amino JSON", () => {
  const doc = AMINO_VECTORS.docs.find(({ name }) => name === "send")!;
  const account = (): { readonly address: ReturnType<typeof parseAddress> } => {
    const text = JSON.parse(doc.signBytes) as { msgs: { value: { from_address: string } }[] };
    return { address: parseAddress("account", text.msgs[0]!.value.from_address) };
  };

  test("are verified, and told what may be wrong", () => {
    const number = BigInt(doc.accountNumber);
    const sequence = BigInt(doc.sequence);
    const coins = [coin(FEE_DENOM, 10_000n)];
    chain.add(account(), coins, { number: 8n, sequence });
    const before = chain.state();
    const bytes = hexBytes(doc.txBytes);
    expect(chain.runBytes(bytes)).toMatchObject({
      code: 4,
      log:
        `signature verification failed; please verify account number (8), sequence (3) and ` +
        `chain-id (aivm-local-1): (unable to verify single signer signature): unauthorized`,
    });
    expect(chain.state()).toEqual(before);
    chain.auth.setAccount(chain.context(), { ...chain.find(account())!, number });
    expect(chain.runBytes(bytes)).toMatchObject({ code: 0 });
    expect(chain.find(account())?.publicKey?.typeUrl).toBe(PubKey.typeUrl);
  });

  test("cannot sign extension options", () => {
    chain.add(account(), [coin(FEE_DENOM, 10_000n)], { number: 7n, sequence: 3n });
    const raw = TxRaw.decode(hexBytes(doc.txBytes));
    // Field 2047: non_critical_extension_options, an empty Any.
    const bodyBytes = Uint8Array.from([...raw.bodyBytes, 0xfa, 0x7f, 0x00]);
    const result = chain.runBytes(TxRaw.encode({ ...raw, bodyBytes }));
    expect(result).toMatchObject({ code: 18, codespace: "sdk" });
    expect(result.log).toContain("does not support protobuf extension options");
  });
});

function emptySignatures(count: number): Uint8Array {
  return MultiSignature.encode({ signatures: Array<Uint8Array>(count).fill(new Uint8Array(0)) });
}

function storedKeyBytes(bytes: Uint8Array): number {
  const [signer] = AuthInfo.decode(TxRaw.decode(bytes).authInfoBytes).signerInfos;
  return signer!.publicKey!.value.length;
}

function nested(depth: number): ReturnType<typeof packMultisig> {
  let key = packMultisig(1, [new Uint8Array(33).fill(2)]);
  for (let level = 1; level < depth; level++) {
    const value = Uint8Array.from([0x08, 0x01, 0x12, ...lengthPrefixed(anyBytes(key))]);
    key = { typeUrl: key.typeUrl, value };
  }
  return key;
}

function anyBytes({ typeUrl, value }: ReturnType<typeof packMultisig>): number[] {
  const url = [...Buffer.from(typeUrl)];
  expect(fromUtf8(Uint8Array.from(url))).toBe(typeUrl);
  return [0x0a, ...lengthPrefixed(url), 0x12, ...lengthPrefixed([...value])];
}

function lengthPrefixed(bytes: readonly number[]): number[] {
  const { length } = bytes;
  const prefix = length < 128 ? [length] : [(length & 0x7f) | 0x80, length >> 7];
  return [...prefix, ...bytes];
}
