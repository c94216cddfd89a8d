import { beforeEach, describe, expect, test } from "vitest";
import { PubKey as Ed25519PubKey } from "#core/codec/generated/cosmos/crypto/ed25519.js";
import { SignMode } from "#core/codec/generated/cosmos/tx/signing/v1beta1.js";
import { pack } from "#core/codec/typeRegistry.js";
import { coin } from "#core/primitives/coin.js";
import type { Event } from "#core/primitives/event.js";
import { DEC_ONE } from "#core/primitives/dec.js";
import { moduleAddress, formatAddress } from "#core/crypto/address.js";
import { toBase64 } from "#core/primitives/bytes.js";
import { FEE_COLLECTOR } from "#modules/auth/types/keys.js";
import { packPublicKey } from "#modules/auth/types/publicKey.js";
import {
  AnteFixture,
  type AnteTx,
  FEE_DENOM,
  selfSend,
  unjail,
} from "#test/harness/anteFixture.js";
import { TestAccount } from "#test/harness/identities.js";

const [anna, bela, cleo] = [
  new TestAccount("anna"),
  new TestAccount("bela"),
  new TestAccount("cleo"),
];
const nobody = new TestAccount("nobody");
const FEE = [coin(FEE_DENOM, 10n)];
const COLLECTOR = formatAddress("account", moduleAddress(FEE_COLLECTOR));

let chain: AnteFixture;
beforeEach(() => {
  chain = new AnteFixture();
  for (const account of [anna, bela, cleo]) chain.add(account, [coin(FEE_DENOM, 100n)]);
});

const byAnna = { signers: [{ account: anna }], fee: FEE } as const;

/** The value of an attribute of the first event of a type that has it. */
function valueOf(events: readonly Event[], type: string, key: string): string | undefined {
  const attributes = events.filter((one) => one.type === type).flatMap((one) => one.attributes);
  return attributes.find((one) => one.key === key)?.value;
}

describe("a good transaction", () => {
  test("pays its fee, uses up a sequence and shows the key of its account", () => {
    expect(chain.run(byAnna)).toMatchObject({ code: 0, log: "" });
    expect(chain.balance(anna)).toBe(90n);
    expect(chain.find(anna)).toMatchObject({
      sequence: 1n,
      publicKey: packPublicKey(anna.publicKey),
    });
    expect(chain.run(byAnna).code).toBe(0);
    expect(chain.find(anna)?.sequence).toBe(2n);
  });

  test("need not show a key that the account has shown", () => {
    chain.run(byAnna);
    expect(chain.run({ ...byAnna, signers: [{ account: anna, key: "none" }] }).code).toBe(0);
  });

  test("emits the fee's transfer, the fee, then every signature", () => {
    const { events } = chain.run(
      {
        signers: [{ account: anna }, { account: bela, signature: bela.sign(new Uint8Array(1)) }],
        fee: FEE,
      },
      "recheck",
    );
    const said = events.map(({ type, attributes }) => [
      type,
      ...attributes.map(({ key, value }) => `${key}=${value}`),
    ]);
    const [first, second] = said.filter(([, text]) => text?.startsWith("signature="));
    expect(said).toEqual([
      ["coin_spent", `spender=${anna.text}`, "amount=10unes"],
      ["coin_received", `receiver=${COLLECTOR}`, "amount=10unes"],
      ["transfer", `recipient=${COLLECTOR}`, `sender=${anna.text}`, "amount=10unes"],
      ["tx", "fee=10unes", `fee_payer=${anna.text}`],
      ["tx", `acc_seq=${anna.text}/0`],
      first,
      ["tx", `acc_seq=${bela.text}/0`],
      second,
    ]);
    expect(second).toEqual(["tx", `signature=${toBase64(bela.sign(new Uint8Array(1)))}`]);
  });
});

describe("refusals, in the order of the checks", () => {
  const option = { typeUrl: "/x.Option", value: new Uint8Array(0) };
  const oversized = "x".repeat(257);
  const ed25519 = pack(Ed25519PubKey, { key: new Uint8Array(32) });
  /** Every case breaks one more thing than the case after it. */
  const cases: ReadonlyArray<readonly [string, Partial<AnteTx>, number, string]> = [
    [
      "an extension option nobody knows",
      { body: { extensionOptions: [option] } },
      31,
      "/x.Option: unknown extension options",
    ],
    ["no fee at all", { authInfo: { fee: undefined } }, 18, "missing fee: invalid request"],
    [
      "gas beyond what CometBFT carries",
      { gasLimit: 1n << 63n },
      18,
      "invalid gas supplied; 9223372036854775808 > 9223372036854775807: invalid request",
    ],
    ["a tip", { authInfo: { tip: { amount: [], tipper: "" } } }, 37, "tips: feature not supported"],
    ["no signatures", { signatures: () => [] }, 15, "no signatures supplied"],
    [
      "a fee payer that is no account",
      { payer: anna.operator },
      7,
      `its prefix is not nesa (address ${anna.operator}): invalid address`,
    ],
    [
      "a signature too many",
      { signatures: (honest) => [...honest, new Uint8Array(64)] },
      4,
      "wrong number of signers; expected 1, got 2: unauthorized",
    ],
    [
      "no signer info",
      { authInfo: { signerInfos: [] } },
      4,
      "wrong number of signers; expected 1, got 0: unauthorized",
    ],
    [
      "a timeout height that has passed",
      { body: { timeoutHeight: 4n } },
      30,
      "block height: 5, timeout height: 4: tx timeout height",
    ],
    [
      "a memo over the limit",
      { body: { memo: oversized } },
      12,
      "maximum number of characters is 256 but received 257 characters: memo too large",
    ],
    ["a fee grant", { granter: bela.text }, 18, "fee grants are not enabled: invalid request"],
    [
      "a fee payer without an account",
      { messages: [selfSend(nobody)], signers: [{ account: nobody }] },
      9,
      `fee payer address: ${nobody.text} does not exist: unknown address`,
    ],
    [
      "a fee that is no canonical list",
      { fee: [coin("b00", 1n), coin("a00", 1n)] },
      13,
      "invalid fee amount: 1b00,1a00: insufficient fee",
    ],
    [
      "a fee that the payer does not have",
      { fee: [coin(FEE_DENOM, 101n)] },
      5,
      "spendable balance 100unes is smaller than 101unes: insufficient funds",
    ],
    [
      "a key of another type",
      { signers: [{ account: anna, key: ed25519 }] },
      8,
      "unrecognized public key type: /cosmos.crypto.ed25519.PubKey: invalid pubkey",
    ],
    [
      "a key of another length",
      { signers: [{ account: anna, key: packPublicKey(new Uint8Array(32)) }] },
      8,
      "a compressed key has 33 bytes: invalid pubkey",
    ],
    [
      "the key of another account",
      { signers: [{ account: anna, key: packPublicKey(bela.publicKey) }] },
      8,
      `pubKey does not match signer address ${anna.text} with signer index: 0: invalid pubkey`,
    ],
    [
      "a signer without an account",
      {
        messages: [selfSend(anna), selfSend(nobody)],
        signers: [{ account: anna }, { account: nobody }],
      },
      9,
      `account ${nobody.text} does not exist: unknown address`,
    ],
    [
      "no key, the first time",
      { signers: [{ account: anna, key: "none" }] },
      8,
      "pubkey on account is not set: invalid pubkey",
    ],
    [
      "a sequence that is used up or to come",
      { signers: [{ account: anna, sequence: 1n }] },
      32,
      "account sequence mismatch, expected 0, got 1: incorrect account sequence",
    ],
    [
      "a signature of another mode",
      { signers: [{ account: anna, mode: SignMode.TEXTUAL }] },
      37,
      "signatures are taken in SIGN_MODE_DIRECT and SIGN_MODE_LEGACY_AMINO_JSON: feature not supported",
    ],
    [
      "a signature by another key",
      { signers: [{ account: anna, signature: bela.sign(new Uint8Array(1)) }] },
      4,
      "signature verification failed; please verify account number (1) and chain-id (ante-1): " +
        "(unable to verify single signer signature): unauthorized",
    ],
  ];

  test.each(cases)("%s", (_name, change, code, log) => {
    const before = chain.state();
    const result = chain.run({ ...byAnna, ...change });
    expect(result).toMatchObject({ code, codespace: "sdk", log, events: [] });
    expect(chain.state()).toEqual(before);
    expect(chain.faults).toEqual([]);
  });

  test.each([
    ["an extension option", "no signatures"],
    ["no signatures", "a timeout height"],
    ["a timeout height", "a memo"],
    ["a memo", "a fee grant"],
    ["a memo", "a fee that the payer"],
    ["a fee that the payer", "a key of another type"],
    ["a fee that the payer", "a sequence"],
    ["the key of another", "a sequence"],
    ["a sequence", "a signature by another key"],
  ])("%s is met before %s", (first, second) => {
    const [one, two] = [first, second].map((start) =>
      cases.find(([name]) => name.startsWith(start)),
    );
    const signers = [{ ...two?.[1].signers?.[0], ...one?.[1].signers?.[0], account: anna }];
    const body = { ...two?.[1].body, ...one?.[1].body };
    expect(chain.run({ ...byAnna, ...two?.[1], ...one?.[1], signers, body }).code).toBe(one?.[2]);
  });

  test("a signature of another chain or another account number", () => {
    for (const tx of [
      { ...byAnna, chainId: "ante-2" },
      { ...byAnna, signers: [{ account: anna, accountNumber: 9n }] },
    ]) {
      expect(chain.run(tx).code).toBe(4);
    }
  });

  test("a transaction that runs out of gas within, with what it had used", () => {
    const before = chain.state();
    const used = chain.run(byAnna, "simulate").gasUsed;
    for (const gasLimit of [0n, 1n, used / 2n]) {
      const result = chain.run({ ...byAnna, gasLimit });
      expect(result).toMatchObject({ code: 11, codespace: "sdk", gasWanted: gasLimit, events: [] });
      expect(result.log).toMatch(
        /^out of gas in location: \w+; gasWanted: [0-9]+, gasUsed: [0-9]+: out of gas$/,
      );
      expect(chain.state()).toEqual(before);
    }
  });

  test("the timeout height itself is in time, and memos count bytes", () => {
    expect(chain.run({ ...byAnna, body: { timeoutHeight: 5n, memo: "x".repeat(256) } }).code).toBe(
      0,
    );
    expect(chain.run({ ...byAnna, body: { memo: "é".repeat(129) } }).code).toBe(12);
  });
});

describe("a message that fails", () => {
  test("leaves fee, sequence and key as the ante chain left them", () => {
    chain.failing = true;
    const result = chain.run(byAnna);
    expect(result).toMatchObject({ code: 18, codespace: "sdk" });
    expect(result.log).toBe(
      "failed to execute message; message index: 0: the message fails: invalid request",
    );
    expect(valueOf(result.events, "tx", "fee")).toBe("10unes");
    expect(chain.balance(anna)).toBe(90n);
    expect(chain.find(anna)?.sequence).toBe(1n);
    expect(chain.find(anna)?.publicKey).toBeDefined();
  });
});

describe("signers", () => {
  test("sign once each, in the order in which messages name them", () => {
    const messages = [selfSend(bela), selfSend(anna), selfSend(bela)];
    const signers = [{ account: bela }, { account: anna }];
    const { code, events } = chain.run({ messages, signers, fee: FEE });
    expect(code).toBe(0);
    expect(valueOf(events, "tx", "fee_payer")).toBe(bela.text);
    expect([anna, bela].map((account) => chain.find(account)?.sequence)).toEqual([1n, 1n]);
    expect(chain.run({ messages, signers: signers.toReversed(), fee: FEE }).code).toBe(8);
  });

  test("are the same however their addresses are spelled", () => {
    const messages = [selfSend(anna), selfSend(anna, anna.text.toUpperCase()), unjail(anna)];
    const { code, events } = chain.run({ ...byAnna, messages });
    expect(code).toBe(0);
    expect(chain.find(anna)?.sequence).toBe(1n);
    expect(valueOf(events, "tx", "acc_seq")).toBe(`${anna.text}/0`);
  });

  test("that are operators sign with their accounts", () => {
    const { code, events } = chain.run({ ...byAnna, messages: [unjail(anna)] });
    expect(code).toBe(0);
    expect(valueOf(events, "tx", "fee_payer")).toBe(anna.text);
    expect(valueOf(events, "message", "sender")).toBe(anna.text);
    expect(chain.run({ ...byAnna, messages: [unjail(bela)] }).code).toBe(8);
  });

  test("beyond the limit are refused, after their keys were looked at", () => {
    const accounts = Array.from({ length: 8 }, (_, index) => new TestAccount(`signer ${index}`));
    for (const account of accounts) chain.add(account, [coin(FEE_DENOM, 100n)]);
    const signers = accounts.map((account) => ({ account }));
    const tx = { signers, gasLimit: 1_000_000n };
    expect(chain.run({ ...tx, signers: signers.slice(1) }).code).toBe(0);
    const before = chain.state();
    expect(chain.run(tx)).toMatchObject({
      code: 14,
      log: "signatures: 8, limit: 7: maximum number of signatures exceeded",
    });
    expect(chain.state()).toEqual(before);
  });

  test("all pay gas for their signature", () => {
    const gas = (signers: AnteTx["signers"]) =>
      chain.run({ signers, messages: signers.map(({ account }) => selfSend(account)) }).gasUsed;
    expect(gas([{ account: anna }, { account: bela }])).toBeGreaterThan(
      gas([{ account: cleo }]) + 1_000n,
    );
  });
});

describe("the fee", () => {
  test("is paid by the payer that is named, who signs last", () => {
    const tx = { messages: [selfSend(anna)], payer: bela.text, fee: FEE };
    const { code, events } = chain.run({ ...tx, signers: [{ account: anna }, { account: bela }] });
    expect(code).toBe(0);
    expect(valueOf(events, "tx", "fee_payer")).toBe(bela.text);
    expect([chain.balance(anna), chain.balance(bela)]).toEqual([100n, 90n]);
    expect([anna, bela].map((account) => chain.find(account)?.sequence)).toEqual([1n, 1n]);
    expect(chain.run({ ...tx, signers: [{ account: anna }] }).code).toBe(4);
  });

  test("is paid by a payer among the signers where it stands", () => {
    const messages = [selfSend(anna), selfSend(bela)];
    const signers = [{ account: anna }, { account: bela }];
    expect(chain.run({ messages, signers, payer: bela.text, fee: FEE }).code).toBe(0);
    expect([chain.balance(anna), chain.balance(bela)]).toEqual([100n, 90n]);
  });

  test.each([
    ["nothing", []],
    ["a coin of zero, as wallets write it", [coin(FEE_DENOM, 0n)]],
  ])("may be %s", (_name, fee) => {
    const { code, events } = chain.run({ ...byAnna, fee });
    expect(code).toBe(0);
    expect(events.map(({ type }) => type)).not.toContain("transfer");
    expect(chain.balance(anna)).toBe(100n);
  });

  test.each([
    ["a zero among others", [coin("a00", 0n), coin(FEE_DENOM, 1n)]],
    ["a denomination twice", [coin(FEE_DENOM, 1n), coin(FEE_DENOM, 1n)]],
    ["an amount that is no number", [{ denom: FEE_DENOM, amount: "-1" }]],
  ])("may not hold %s", (_name, fee) => {
    const before = chain.state();
    expect(chain.run({ ...byAnna, fee })).toMatchObject({ code: 13, codespace: "sdk" });
    expect(chain.state()).toEqual(before);
  });
});

describe("minimum gas prices", () => {
  const gasLimit = 100_000n;
  const tx = { ...byAnna, gasLimit };

  beforeEach(() => {
    // 0.000055 unes and 0.0001 uatom for one gas.
    chain.minGasPrices = [
      { denom: FEE_DENOM, priceDec: DEC_ONE / 18_181n },
      { denom: "uatom", priceDec: DEC_ONE / 10_000n },
    ];
    chain.add(nobody, [coin(FEE_DENOM, 100n), coin("uatom", 100n)]);
  });

  test("are rounded up, and reaching one of them is enough", () => {
    const byNobody = { signers: [{ account: nobody }], gasLimit };
    expect(chain.run({ ...byNobody, fee: [coin(FEE_DENOM, 6n)] }, "check").code).toBe(0);
    expect(chain.run({ ...byNobody, fee: [coin("uatom", 10n)] }, "check").code).toBe(0);
    const both = [coin("uatom", 9n), coin(FEE_DENOM, 6n)];
    expect(chain.run({ ...byNobody, fee: both }, "check").code).toBe(0);
  });

  test.each([
    ["too little", [coin(FEE_DENOM, 5n)], "5unes"],
    ["nothing", [], ""],
    ["another denomination", [coin("uosmo", 1_000n)], "1000uosmo"],
  ])("refuse %s before anybody's balance is looked at", (_name, fee, got) => {
    const before = chain.state();
    expect(chain.run({ ...tx, fee }, "check")).toMatchObject({
      code: 13,
      codespace: "sdk",
      log: `insufficient fees; got: ${got} required: 6unes,10uatom: insufficient fee`,
    });
    expect(chain.state()).toEqual(before);
  });

  test.each(["deliver", "recheck", "simulate"] as const)("are nobody's business in %s", (mode) => {
    expect(chain.run({ ...tx, fee: [] }, mode).code).toBe(0);
  });

  test("of zero ask for nothing", () => {
    chain.minGasPrices = [{ denom: FEE_DENOM, priceDec: 0n }];
    expect(chain.run({ ...tx, fee: [] }, "check").code).toBe(0);
  });
});

describe("a simulation", () => {
  const ZERO_SIGNATURE = new Uint8Array(64);
  const EMPTY = new Uint8Array(0);

  test.each<[string, AnteTx["signers"][number]]>([
    [
      "CosmJS: a key, no mode, an empty signature",
      { account: anna, mode: SignMode.UNSPECIFIED, signature: EMPTY },
    ],
    [
      "Keplr: no key, the amino mode, a signature of zeros",
      { account: anna, key: "none", mode: SignMode.LEGACY_AMINO_JSON, signature: ZERO_SIGNATURE },
    ],
    ["Hermes: signed for real", { account: anna }],
    [
      "another account's key",
      { account: anna, key: packPublicKey(bela.publicKey), signature: EMPTY },
    ],
  ])("takes what wallets send: %s", (_name, signer) => {
    expect(chain.run({ signers: [signer], gasLimit: 0n }, "simulate")).toMatchObject({ code: 0 });
  });

  test.each<[string, Partial<AnteTx["signers"][number]>]>([
    ["a signature", { signature: EMPTY }],
    ["a key", { key: "none" }],
    ["a key, its signature zeros", { key: "none", signature: ZERO_SIGNATURE }],
    ["a key or a signature", { key: "none", signature: EMPTY }],
    ["a key or a signature or a mode", { key: "none", signature: EMPTY, mode: 0 }],
  ])("estimates no less than the transaction uses, without %s", (_name, left) => {
    const estimate = chain.run({ signers: [{ account: anna, ...left }], fee: FEE }, "simulate");
    const real = chain.run(byAnna);
    expect(real.code).toBe(0);
    expect(estimate.gasUsed).toBeGreaterThanOrEqual(real.gasUsed);
    expect(estimate.gasUsed).toBeLessThan(real.gasUsed + 1_000n);
  });

  test("still wants the right sequence, in the words that relayers parse", () => {
    chain.run(byAnna);
    const signer = { account: anna, sequence: 0n, signature: EMPTY };
    const { code, log } = chain.run({ signers: [signer] }, "simulate");
    expect(code).toBe(32);
    expect(log).toMatch(/account sequence mismatch, expected (\d+), got (\d+)/);
    expect(log).toContain("expected 1, got 0");
  });

  test("still wants an account and the money for its fee", () => {
    expect(chain.run({ signers: [{ account: nobody }] }, "simulate").code).toBe(9);
    const fee = [coin(FEE_DENOM, 101n)];
    expect(chain.run({ ...byAnna, fee }, "simulate").code).toBe(5);
  });
});

describe("other modes", () => {
  test("a check does not see what blocks did not, and uses up sequences", () => {
    expect(chain.run(byAnna, "check").code).toBe(0);
    expect(chain.run({ ...byAnna, signers: [{ account: anna, sequence: 1n }] }, "check").code).toBe(
      0,
    );
    expect(chain.run({ ...byAnna, signers: [{ account: anna, sequence: 1n }] }, "check").code).toBe(
      32,
    );
  });

  test("a recheck looks at everything but signatures", () => {
    const unsigned = { signers: [{ account: anna, signature: new Uint8Array(64) }], fee: FEE };
    expect(chain.run(unsigned, "check").code).toBe(4);
    expect(chain.run(unsigned, "recheck").code).toBe(0);
    expect(
      chain.run({ ...unsigned, signers: [{ account: anna, sequence: 0n }] }, "recheck").code,
    ).toBe(32);
    expect(chain.run({ ...byAnna, body: { timeoutHeight: 1n } }, "recheck").code).toBe(30);
  });

  test("genesis transactions are signed for account number 0 and have no gas limit", () => {
    const signer = { account: bela, accountNumber: 0n };
    expect(chain.find(bela)?.number).toBe(2n);
    expect(chain.run({ signers: [{ account: bela }], gasLimit: 0n }, "genesis").code).toBe(4);
    expect(chain.run({ signers: [signer], gasLimit: 0n }, "genesis").code).toBe(0);
  });
});
