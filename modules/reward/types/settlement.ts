import type {
  RequestOutcome,
  RequestSettlement,
} from "#modules/inference/types/expectedKeepers.js";
import { type Params, PayoutRole } from "#core/codec/generated/aivm/reward/v1.js";
import { type Address, toAddress } from "#core/crypto/address.js";
import { toHex } from "#core/primitives/bytes.js";
import { divFloor, shareOf } from "#core/primitives/intMath.js";

/** One payment to be made: to an account, or without one to the protocol or the community pool. */
export interface PlannedPayout {
  readonly role: PayoutRole;
  readonly account: Address | undefined;
  /** Positive, in units of the settlement's denomination. */
  readonly amount: bigint;
}

/** Where a fee goes: `split` is members, owner and protocol by the parameters. */
interface FeeRule {
  readonly compute: "split" | "communityPool" | "refund";
  readonly priority: "split" | "refund";
  readonly author: "owner" | "refund";
}

/** The money table of protocol.md section 16; admission goes to the protocol in every state. */
const FEE_RULES: Readonly<Record<RequestOutcome, FeeRule>> = {
  fulfilled: { compute: "split", priority: "split", author: "owner" },
  kernelFailed: { compute: "split", priority: "split", author: "refund" },
  noAgreement: { compute: "communityPool", priority: "refund", author: "refund" },
  expiredQueued: { compute: "refund", priority: "refund", author: "refund" },
  versionRevoked: { compute: "refund", priority: "refund", author: "refund" },
};

/** All that a request has in escrow. */
export function computeEscrowed(fees: RequestSettlement): bigint {
  return fees.admission + fees.compute + fees.author + fees.priority;
}

/**
 * Divides a request's escrow: payouts by role, members in order of their first seat, one payout
 * for each role and account, none of zero. Every division rounds down and the protocol gets what
 * is left, so the payouts add up to the escrow. Without members their share goes to the community
 * pool.
 */
export function computePayouts(params: Params, settlement: RequestSettlement): PlannedPayout[] {
  const { compute, priority, author, members } = settlement;
  const rule = FEE_RULES[settlement.outcome];
  const pot = when(rule.compute === "split", compute) + when(rule.priority === "split", priority);
  const membersPart = shareOf(pot, BigInt(params.memberShareBps));
  const each = members.length === 0 ? 0n : divFloor(membersPart, BigInt(members.length));
  const owner = shareOf(pot, BigInt(params.ownerShareBps)) + when(rule.author === "owner", author);
  const communityPool =
    when(rule.compute === "communityPool", compute) + when(members.length === 0, membersPart);
  const refund =
    when(rule.compute === "refund", compute) +
    when(rule.priority === "refund", priority) +
    when(rule.author === "refund", author);
  const paid = each * BigInt(members.length) + owner + communityPool + refund;
  const payouts: PlannedPayout[] = [
    ...memberPayouts(members, each),
    ...ownerPayouts(settlement, owner),
    {
      role: PayoutRole.PROTOCOL,
      account: undefined,
      amount: computeEscrowed(settlement) - paid,
    },
    { role: PayoutRole.COMMUNITY_POOL, account: undefined, amount: communityPool },
    { role: PayoutRole.REFUND, account: toAddress(settlement.requester), amount: refund },
  ];
  return payouts.filter(({ amount }) => amount > 0n);
}

/** The owner's part with its royalties, each rounded down; the owner keeps what is left. */
function ownerPayouts(
  { owner, royalties }: RequestSettlement,
  amount: bigint,
): readonly PlannedPayout[] {
  const shares = royalties.map(({ account, bps }) => ({ account, part: shareOf(amount, bps) }));
  const rest = shares.reduce((left, { part }) => left - part, amount);
  return [
    { role: PayoutRole.OWNER, account: toAddress(owner), amount: rest },
    ...payoutsByAccount(PayoutRole.ROYALTY, shares),
  ];
}

/** One payout for each account, in order of its first seat. */
function memberPayouts(members: readonly Uint8Array[], each: bigint): PlannedPayout[] {
  const parts = members.map((account) => ({ account, part: each }));
  return payoutsByAccount(PayoutRole.MEMBER, parts);
}

/** Payments of one role, added up by account, in the order in which accounts first come. */
function payoutsByAccount(
  role: PayoutRole,
  parts: ReadonlyArray<{ readonly account: Uint8Array; readonly part: bigint }>,
): PlannedPayout[] {
  const byAccount = new Map<string, PlannedPayout>();
  for (const { account: to, part } of parts) {
    const account = toAddress(to);
    const name = toHex(account);
    const amount = (byAccount.get(name)?.amount ?? 0n) + part;
    byAccount.set(name, { role, account, amount });
  }
  return [...byAccount].map(([, payout]) => payout);
}

function when(applies: boolean, amount: bigint): bigint {
  return applies ? amount : 0n;
}
