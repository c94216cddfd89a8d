import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type {
  RequestOutcome,
  RequestSettlement,
} from "#modules/inference/types/expectedKeepers.js";
import { type Params, PayoutRole } from "#core/codec/generated/aivm/reward/v1.js";
import { truncatedHash } from "#core/crypto/address.js";
import { equalBytes, utf8 } from "#core/primitives/bytes.js";
import { defaultParams } from "./params.js";
import { computeEscrowed, computePayouts, type PlannedPayout } from "./settlement.js";

const named = (name: string) => truncatedHash(utf8(name));
const [ANNA, BELA, OWNER, REQUESTER] = ["anna", "bela", "owner", "requester"].map(named);

const settlement = (changes: Partial<RequestSettlement> = {}): RequestSettlement => ({
  requestId: 1n,
  outcome: "fulfilled",
  escrowModule: "escrow",
  denom: "unes",
  admission: 200n,
  compute: 1_000n,
  author: 50n,
  priority: 500n,
  requester: REQUESTER!,
  owner: OWNER!,
  royalties: [],
  members: [ANNA!, BELA!],
  ...changes,
});

/** Amounts by role and account, in the order of the payouts. */
function amounts(payouts: readonly PlannedPayout[]): Array<[string, bigint]> {
  const roles = ["", "member", "owner", "protocol", "pool", "refund", "royalty"];
  return payouts.map(({ role, amount }) => [roles[role] ?? "", amount]);
}

describe("the money table", () => {
  const cases: ReadonlyArray<readonly [RequestOutcome, Array<[string, bigint]>]> = [
    // pot 1,500: members 1,200, owner 150, protocol 150 and admission
    [
      "fulfilled",
      [
        ["member", 600n],
        ["member", 600n],
        ["owner", 200n],
        ["protocol", 350n],
      ],
    ],
    [
      "kernelFailed",
      [
        ["member", 600n],
        ["member", 600n],
        ["owner", 150n],
        ["protocol", 350n],
        ["refund", 50n],
      ],
    ],
    [
      "noAgreement",
      [
        ["protocol", 200n],
        ["pool", 1_000n],
        ["refund", 550n],
      ],
    ],
    [
      "expiredQueued",
      [
        ["protocol", 200n],
        ["refund", 1_550n],
      ],
    ],
  ];

  test.each(cases)("a request that ended as %s is paid out by its row", (outcome, expected) => {
    const members = ["fulfilled", "kernelFailed"].includes(outcome) ? [ANNA!, BELA!] : [];
    const payouts = computePayouts(defaultParams(), settlement({ outcome, members }));
    expect(amounts(payouts)).toEqual(expected);
  });

  test("accounts are those of the settlement", () => {
    const payouts = computePayouts(defaultParams(), settlement({ outcome: "kernelFailed" }));
    expect(payouts.map(({ account }) => account)).toEqual([
      ANNA,
      BELA,
      OWNER,
      undefined,
      REQUESTER,
    ]);
  });
});

describe("rounding", () => {
  test("what divisions leave goes to the protocol", () => {
    // pot 9: members 7 (7.2), 3 each and 1 over; owner 0 (0.9); protocol the rest.
    const payouts = computePayouts(
      defaultParams(),
      settlement({ admission: 0n, compute: 9n, author: 0n, priority: 0n }),
    );
    expect(amounts(payouts)).toEqual([
      ["member", 3n],
      ["member", 3n],
      ["protocol", 3n],
    ]);
  });

  test("fewer coins than members go to the protocol", () => {
    const payouts = computePayouts(
      defaultParams(),
      settlement({ admission: 0n, compute: 1n, author: 0n, priority: 0n }),
    );
    expect(amounts(payouts)).toEqual([["protocol", 1n]]);
  });
});

test("seats of one account are one payout, at the place of the first", () => {
  const members = [BELA!, ANNA!, BELA!];
  const payouts = computePayouts(defaultParams(), settlement({ members }));
  const paid = payouts.filter(({ role }) => role === PayoutRole.MEMBER);
  expect(paid.map(({ account, amount }) => [account, amount])).toEqual([
    [BELA, 800n],
    [ANNA, 400n],
  ]);
});

describe("royalties", () => {
  const shares = (...bps: readonly bigint[]) =>
    [ANNA!, BELA!, REQUESTER!].slice(0, bps.length).map((account, index) => {
      return { account, bps: bps[index]! };
    });

  test("divide what the owner gets, and nothing else", () => {
    const royalties = shares(2_500n, 1n);
    const payouts = computePayouts(defaultParams(), settlement({ royalties }));
    // Of 200: 50 and 0.02, which is nothing; the owner keeps what is left.
    expect(amounts(payouts)).toEqual([
      ["member", 600n],
      ["member", 600n],
      ["owner", 150n],
      ["royalty", 50n],
      ["protocol", 350n],
    ]);
  });

  test("may be all there is, but for what rounding leaves the owner", () => {
    const royalties = shares(3_333n, 3_333n, 3_334n);
    const all = computePayouts(defaultParams(), settlement({ royalties }));
    expect(amounts(all).filter(([role]) => role === "owner" || role === "royalty")).toEqual([
      ["owner", 2n],
      ["royalty", 66n],
      ["royalty", 66n],
      ["royalty", 66n],
    ]);
    const whole = computePayouts(defaultParams(), settlement({ royalties: shares(10_000n) }));
    expect(amounts(whole).filter(([role]) => role === "owner")).toEqual([]);
  });

  test("of one account are one payout, also when it is the owner's", () => {
    const royalties = [OWNER!, ANNA!, OWNER!].map((account) => ({ account, bps: 1_000n }));
    const payouts = computePayouts(defaultParams(), settlement({ royalties }));
    const paid = payouts.filter(({ role }) => role === PayoutRole.ROYALTY);
    expect(paid.map(({ account, amount }) => [account, amount])).toEqual([
      [OWNER, 40n],
      [ANNA, 20n],
    ]);
    expect(amounts(payouts)).toContainEqual(["owner", 140n]);
  });

  test("are not paid for what is refunded", () => {
    const royalties = shares(5_000n);
    const payouts = computePayouts(
      defaultParams(),
      settlement({ outcome: "versionRevoked", royalties }),
    );
    expect(amounts(payouts)).toEqual([
      ["protocol", 200n],
      ["refund", 1_550n],
    ]);
  });
});

test("without members their share goes to the community pool", () => {
  const payouts = computePayouts(defaultParams(), settlement({ members: [] }));
  expect(amounts(payouts)).toEqual([
    ["owner", 200n],
    ["protocol", 350n],
    ["pool", 1_200n],
  ]);
});

test("a request without fees has no payouts", () => {
  const free = { admission: 0n, compute: 0n, author: 0n, priority: 0n };
  expect(computePayouts(defaultParams(), settlement(free))).toEqual([]);
});

test("payouts are positive, one for each role and account, and add up to the escrow", () => {
  const fee = fc.oneof(fc.bigInt(0n, 20n), fc.bigInt(0n, 10n ** 30n));
  const split = fc.tuple(fc.nat(10_000), fc.nat(10_000)).map(([a, b]): Params => {
    const [low, high] = [Math.min(a, b), Math.max(a, b)];
    return {
      memberShareBps: low,
      ownerShareBps: high - low,
      protocolShareBps: 10_000 - high,
      communityPoolBps: 0,
    };
  });
  const given = fc.record({
    outcome: fc.constantFrom<RequestOutcome>(
      "fulfilled",
      "kernelFailed",
      "noAgreement",
      "expiredQueued",
      "versionRevoked",
    ),
    royalties: fc.array(
      fc.record({
        account: fc.constantFrom(ANNA!, BELA!, OWNER!),
        bps: fc.bigInt(1n, 2_500n),
      }),
      { maxLength: 4 },
    ),
    admission: fee,
    compute: fee,
    author: fee,
    priority: fee,
    members: fc.array(fc.constantFrom(ANNA!, BELA!, OWNER!), { maxLength: 7 }),
  });
  fc.assert(
    fc.property(split, given, (params, changes) => {
      const full = settlement(changes);
      const payouts = computePayouts(params, full);
      const sum = payouts.reduce((total, { amount }) => total + amount, 0n);
      expect(sum).toBe(computeEscrowed(full));
      expect(payouts.every(({ amount }) => amount > 0n)).toBe(true);
      const protocol = payouts.find(({ role }) => role === PayoutRole.PROTOCOL)?.amount ?? 0n;
      expect(protocol >= full.admission).toBe(true);
      const twins = payouts.flatMap((one, index) =>
        payouts
          .slice(index + 1)
          .filter((other) => other.role === one.role && sameAccount(one, other)),
      );
      expect(twins).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

function sameAccount(a: PlannedPayout, b: PlannedPayout): boolean {
  if (a.account === undefined || b.account === undefined) return a.account === b.account;
  return equalBytes(a.account, b.account);
}
