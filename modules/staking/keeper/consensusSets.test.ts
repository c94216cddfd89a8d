import { beforeEach, describe, expect, test } from "vitest";
import { MsgDelegate } from "#core/codec/generated/cosmos/staking/v1beta1.js";
import { coin } from "#core/primitives/coin.js";
import { DENOM, POWER, StakingChain, testOperator } from "#test/harness/stakingChain.js";
import { CONSENSUS_SET_HISTORY } from "../types/limits.js";

const [A, B] = [testOperator(0), testOperator(1)];
let chain: StakingChain;

beforeEach(() => {
  chain = new StakingChain();
  chain.start([3n, 5n]);
});

function strengthen(): void {
  chain.fund(A.address, POWER);
  const msg = {
    delegatorAddress: A.account,
    validatorAddress: A.operator,
    amount: coin(DENOM, POWER),
  };
  chain.block({ run: (ctx) => void chain.deliver(ctx, MsgDelegate, msg) });
}

const powersAt = (height: bigint) =>
  chain.keeper.consensusSet(chain.context(), height).map(({ power }) => power);
const heights = () =>
  [...chain.keeper.state.tables.consensusSets.iterate(chain.keeper.state.kv(chain.context()))].map(
    ([height]) => height,
  );

describe("the set of a height", () => {
  test("at genesis is known for the initial height and the next", () => {
    const { height } = chain;
    expect(powersAt(height)).toEqual([5n, 3n]);
    expect(powersAt(height + 1n)).toEqual([5n, 3n]);
    expect(powersAt(height - 1n)).toEqual([]);
    expect(heights()).toEqual([height]);
  });

  test("names the members by key, address and operator", () => {
    expect(chain.keeper.consensusSet(chain.context(), chain.height)[0]).toEqual({
      consensusAddress: B.consensusAddress,
      publicKey: B.consensusKey,
      power: 5n,
      operatorAddress: B.operator,
    });
  });

  test("changes two heights after the block that changed it", () => {
    strengthen();
    const { height } = chain;
    expect([0n, 1n, 2n].map((ahead) => powersAt(height + ahead))).toEqual([
      [5n, 3n],
      [5n, 3n],
      [5n, 4n],
    ]);
  });

  test("beyond two ahead, or below zero, is not known", () => {
    chain.block();
    expect(powersAt(chain.height + 3n)).toEqual([]);
    expect(powersAt(-1n)).toEqual([]);
  });

  test("orders equal powers by address", () => {
    strengthen();
    strengthen();
    const members = chain.keeper.consensusSet(chain.context(), chain.height + 2n);
    const addresses = members.map(({ consensusAddress }) => consensusAddress);
    expect(members.map(({ power }) => power)).toEqual([5n, 5n]);
    expect(Buffer.compare(addresses[0]!, addresses[1]!)).toBe(-1);
  });
});

describe("records", () => {
  test("are kept while they sign a height of the history, and no longer", () => {
    const genesis = chain.height;
    for (let count = 0; count < 3; count++) strengthen();
    const changed = [1n, 2n, 3n].map((offset) => genesis + 1n + offset);
    expect(heights()).toEqual([genesis, ...changed]);
    while (chain.height < changed[1]! + CONSENSUS_SET_HISTORY - 1n) chain.block();
    expect(heights()).toEqual([changed[0]!, changed[1]!, changed[2]!]);
    chain.block();
    expect(heights()).toEqual([changed[1]!, changed[2]!]);
    chain.blocks(10);
    expect(heights()).toEqual([changed[2]!]);
    expect(powersAt(chain.height - CONSENSUS_SET_HISTORY)).toEqual([6n, 5n]);
  });
});
