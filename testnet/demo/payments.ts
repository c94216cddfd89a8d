import { type Breakdown, PayoutRole } from "#core/codec/generated/aivm/reward/v1.js";
import { assertDefined } from "#core/primitives/assert.js";
import type { AivmClient } from "#sdk/client.js";
import { systemClock } from "#sdk/clock.js";
import { isSdkError } from "#sdk/errors.js";
import { pollUntil } from "#sdk/poll.js";
import { REWARD_QUERIES } from "#sdk/query/services.js";

/** Whom accounts belong to, by address. */
export type AccountNames = ReadonlyMap<string, string>;

/** Where the escrow of a request went, once its challenge window has closed. */
export async function awaitPayments(client: AivmClient, requestId: bigint): Promise<Breakdown> {
  return pollUntil(systemClock, `payments of request ${requestId}`, {}, async () => {
    try {
      const { breakdown } = await client.queryMethod(REWARD_QUERIES, "Breakdown", { requestId });
      return assertDefined(breakdown, "an answer holds what was asked for");
    } catch (error) {
      if (isSdkError(error, "NOT_FOUND")) return undefined;
      throw error;
    }
  });
}

const ROLES: ReadonlyMap<PayoutRole, string> = new Map([
  [PayoutRole.MEMBER, "member that agreed"],
  [PayoutRole.OWNER, "author of the kernel"],
  [PayoutRole.ROYALTY, "share of what the author earns"],
  [PayoutRole.PROTOCOL, "validators and delegators, by power"],
  [PayoutRole.COMMUNITY_POOL, "community pool"],
  [PayoutRole.REFUND, "back to the requester"],
]);

/** Rows of a table: who, as what, how much in unes. */
export function paymentRows({ payouts }: Breakdown, names: AccountNames): string[][] {
  return payouts.map(({ role, address, amount }) => [
    names.get(address) ?? address,
    ROLES.get(role) ?? "",
    `${amount}unes`,
  ]);
}
