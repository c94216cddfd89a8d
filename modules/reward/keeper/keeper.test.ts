import { describe, expect, test } from "vitest";
import type {
  ExpectedRewardKeeper,
  RequestSettlement,
} from "#modules/inference/types/expectedKeepers.js";
import type { Context } from "#core/baseapp/context.js";
import { Breakdown, PayoutRole } from "#core/codec/generated/aivm/reward/v1.js";
import { InvariantError } from "#core/primitives/assert.js";
import { coin } from "#core/primitives/coin.js";
import { insufficientFunds } from "#core/primitives/sdkErrors.js";
import { caught } from "#test/harness/caught.js";
import { accountText, addressOf, DENOM, RewardFixture } from "#test/harness/rewardFixture.js";

const settlement = (changes: Partial<RequestSettlement> = {}): RequestSettlement => ({
  requestId: 7n,
  outcome: "kernelFailed",
  escrowModule: "escrow",
  denom: DENOM,
  admission: 200n,
  compute: 1_000n,
  author: 50n,
  priority: 500n,
  requester: addressOf("requester"),
  owner: addressOf("owner"),
  royalties: [],
  members: [addressOf("anna"), addressOf("bela"), addressOf("anna")],
  ...changes,
});

describe("settling a request", () => {
  test("pays everybody out of the escrow and records who got what", () => {
    const chain = new RewardFixture();
    chain.fund("escrow", 2_000n);
    const inferenceNeeds: ExpectedRewardKeeper<Context> = chain.keeper;
    inferenceNeeds.settleRequest(chain.ctx, settlement());
    expect(chain.balance(addressOf("anna"))).toBe(800n);
    expect(chain.balance(addressOf("bela"))).toBe(400n);
    expect(chain.balance(addressOf("owner"))).toBe(150n);
    expect(chain.balance(addressOf("requester"))).toBe(50n);
    expect(chain.moduleBalance("fee_collector")).toBe(350n);
    expect(chain.moduleBalance("escrow")).toBe(250n);
    expect(chain.keeper.findBreakdown(chain.ctx, 7n)).toEqual({
      requestId: 7n,
      height: 1n,
      escrowed: "1750",
      payouts: [
        { role: PayoutRole.MEMBER, address: accountText("anna"), amount: "800" },
        { role: PayoutRole.MEMBER, address: accountText("bela"), amount: "400" },
        { role: PayoutRole.OWNER, address: accountText("owner"), amount: "150" },
        { role: PayoutRole.PROTOCOL, address: "", amount: "350" },
        { role: PayoutRole.REFUND, address: accountText("requester"), amount: "50" },
      ],
    });
    expect(chain.ctx.events.at(-1)).toEqual({
      type: "reward.settled",
      attributes: [
        { key: "request_id", value: "7" },
        { key: "outcome", value: "kernelFailed" },
        { key: "escrowed", value: "1750unes" },
      ],
    });
    expect(chain.brokenInvariants()).toEqual([]);
  });

  test("books the part of the community pool", () => {
    const chain = new RewardFixture();
    chain.fund("escrow", 1_750n);
    chain.keeper.settleRequest(chain.ctx, settlement({ outcome: "noAgreement", members: [] }));
    expect(chain.keeper.communityPool(chain.ctx)).toBe(1_000n);
    expect(chain.moduleBalance("reward")).toBe(1_000n);
    expect(chain.brokenInvariants()).toEqual([]);
  });

  test.each<[string, Partial<RequestSettlement>, bigint]>([
    ["in another denomination", { denom: "uatom" }, 1_750n],
    ["that the module account cannot pay", {}, 1_749n],
  ])("%s stops before anything is paid", (_name, changes, escrow) => {
    const chain = new RewardFixture();
    chain.fund("escrow", escrow);
    const before = chain.snapshot();
    const error = caught(() => {
      chain.keeper.settleRequest(chain.ctx, settlement(changes));
    });
    expect(error).toBeInstanceOf(InvariantError);
    expect(chain.snapshot()).toEqual(before);
  });

  test("twice stops before anything is paid", () => {
    const chain = new RewardFixture();
    chain.fund("escrow", 4_000n);
    chain.keeper.settleRequest(chain.ctx, settlement());
    const before = chain.snapshot();
    const error = caught(() => {
      chain.keeper.settleRequest(chain.ctx, settlement());
    });
    expect(error).toBeInstanceOf(InvariantError);
    expect(chain.snapshot()).toEqual(before);
  });

  test("with a committee of five writes a breakdown of less than half a kilobyte", () => {
    const chain = new RewardFixture();
    chain.fund("escrow", 10n ** 12n);
    const members = ["a", "b", "c", "d", "e"].map(addressOf);
    chain.keeper.settleRequest(chain.ctx, settlement({ compute: 10n ** 9n, members }));
    const breakdown = chain.keeper.findBreakdown(chain.ctx, 7n);
    expect(Breakdown.encode(breakdown!).length).toBeLessThan(512);
  });
});

describe("funding the community pool", () => {
  test("moves the coins and books them", () => {
    const chain = new RewardFixture();
    chain.fund("escrow", 30n);
    chain.keeper.fundCommunityPool(chain.ctx, "escrow", coin(DENOM, 20n));
    expect(chain.keeper.communityPool(chain.ctx)).toBe(20n);
    expect(chain.moduleBalance("escrow")).toBe(10n);
    expect(chain.ctx.events.at(-1)).toEqual({
      type: "reward.community_pool_funded",
      attributes: [
        { key: "module", value: "escrow" },
        { key: "amount", value: "20unes" },
      ],
    });
    expect(chain.brokenInvariants()).toEqual([]);
  });

  test("with more than the module has fails and changes nothing", () => {
    const chain = new RewardFixture();
    chain.fund("escrow", 30n);
    const before = chain.snapshot();
    const error = caught(() => {
      chain.keeper.fundCommunityPool(chain.ctx, "escrow", coin(DENOM, 31n));
    });
    expect(insufficientFunds.is(error)).toBe(true);
    expect(chain.snapshot()).toEqual(before);
  });

  test("in another denomination stops before anything is paid", () => {
    const chain = new RewardFixture();
    const before = chain.snapshot();
    const error = caught(() => {
      chain.keeper.fundCommunityPool(chain.ctx, "escrow", coin("uatom", 1n));
    });
    expect(error).toBeInstanceOf(InvariantError);
    expect(chain.snapshot()).toEqual(before);
  });
});
