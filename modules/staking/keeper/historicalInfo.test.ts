import { expect, test } from "vitest";
import {
  MsgDelegate,
  QueryHistoricalInfoRequest,
  QueryHistoricalInfoResponse,
} from "#core/codec/generated/cosmos/staking/v1beta1.js";
import { coin } from "#core/primitives/coin.js";
import { NS_PER_SECOND } from "#core/primitives/units.js";
import { DENOM, POWER, StakingChain, testOperator } from "#test/harness/stakingChain.js";

const HISTORICAL_INFO = "/cosmos.staking.v1beta1.Query/HistoricalInfo";
const CODECS = { request: QueryHistoricalInfoRequest, response: QueryHistoricalInfoResponse };

function startWith(entries: number): StakingChain {
  const chain = new StakingChain();
  chain.start([3n, 5n], (sections) => {
    const params = sections["staking"]!["params"] as Record<string, unknown>;
    params["historical_entries"] = entries;
  });
  return chain;
}

const heights = (chain: StakingChain) =>
  [
    ...chain.keeper.state.tables.historicalInfos.iterate(chain.keeper.state.kv(chain.context())),
  ].map(([height]) => height);

test("each block is remembered with the validators of the next height, strongest first", () => {
  const chain = startWith(100);
  chain.block();
  const weak = testOperator(0);
  chain.fund(weak.address, 4n * POWER);
  const msg = { delegatorAddress: weak.account, validatorAddress: weak.operator };
  const amount = coin(DENOM, 4n * POWER);
  chain.block({ run: (ctx) => void chain.deliver(ctx, MsgDelegate, { ...msg, amount }) });
  const { height } = chain;
  chain.block();
  const at = (asked: bigint) => chain.query(HISTORICAL_INFO, CODECS, { height: asked }).hist!;
  expect(at(height).header).toMatchObject({
    chainId: "aivm-test-1",
    height,
    time: { seconds: chain.timeNs / NS_PER_SECOND - 5n, nanos: 0 },
  });
  const operators = (asked: bigint) => at(asked).valset.map((one) => one.operatorAddress);
  expect(operators(height)).toEqual([testOperator(1).operator, weak.operator]);
  expect(operators(height + 1n)).toEqual([weak.operator, testOperator(1).operator]);
});

test("no more than the parameter's number of blocks are remembered", () => {
  const chain = startWith(3);
  chain.blocks(5);
  expect(heights(chain)).toEqual([chain.height - 2n, chain.height - 1n, chain.height]);
  const { state } = chain.keeper;
  const ctx = chain.context();
  state.tables.stakingParams.set(state.kv(ctx), { ...state.params(ctx), historicalEntries: 1 });
  chain.block();
  expect(heights(chain)).toEqual([chain.height]);
  state.tables.stakingParams.set(state.kv(ctx), { ...state.params(ctx), historicalEntries: 0 });
  chain.block();
  expect(heights(chain)).toEqual([]);
});
