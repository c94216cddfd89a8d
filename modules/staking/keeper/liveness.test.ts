import { beforeEach, describe, expect, test } from "vitest";
import { MsgDelegate, MsgUndelegate } from "#core/codec/generated/cosmos/staking/v1beta1.js";
import { MsgUnjail } from "#core/codec/generated/cosmos/slashing/v1beta1.js";
import { formatAddress } from "#core/crypto/address.js";
import { coin } from "#core/primitives/coin.js";
import { NS_PER_SECOND } from "#core/primitives/units.js";
import {
  DENOM,
  POWER,
  StakingChain,
  testAccount,
  testOperator,
} from "#test/harness/stakingChain.js";
import { missedIndexes } from "./missedBlocks.js";

const DOWN = testOperator(0);
const ABSENT = { absent: [DOWN.consensusAddress] };
const ADDRESS = formatAddress("consensus", DOWN.consensusAddress);
const DELEGATOR = testAccount("delegator");
let chain: StakingChain;

beforeEach(() => {
  chain = new StakingChain();
  chain.start([10n, 5n], (sections) => {
    const params = sections["slashing"]!["params"] as Record<string, unknown>;
    params["signed_blocks_window"] = "10";
    params["min_signed_per_window"] = "0.5";
  });
  // The first block has no last commit; it and those after it begin the window.
  chain.block();
});

const signingOf = () => chain.keeper.state.findSigningInfo(chain.context(), DOWN.consensusAddress)!;
const missed = () => missedIndexes(chain.context(), chain.keeper.state, DOWN.consensusAddress);
const tokensOf = () => chain.keeper.findValidator(chain.context(), DOWN.address)!.tokens;

describe("a vote", () => {
  test("that is absent is counted and announced", () => {
    chain.block();
    const { events } = chain.block(ABSENT);
    expect(events).toEqual([
      {
        type: "liveness",
        attributes: [
          { key: "address", value: ADDRESS },
          { key: "missed_blocks", value: "1" },
          { key: "height", value: chain.height.toString() },
        ],
      },
    ]);
    expect(signingOf()).toMatchObject({ indexOffset: 2n, missedBlocksCounter: 1n });
    expect(missed()).toEqual([1n]);
  });

  test("that is nil is not missed", () => {
    const { events } = chain.block({ nil: [DOWN.consensusAddress] });
    expect(events).toEqual([]);
    expect(signingOf().missedBlocksCounter).toBe(0n);
  });

  test("makes up for a missed one when the window comes round", () => {
    chain.block(ABSENT);
    chain.blocks(9);
    expect(missed()).toEqual([0n]);
    chain.block();
    expect(signingOf().missedBlocksCounter).toBe(0n);
    expect(missed()).toEqual([]);
  });
});

describe("downtime", () => {
  test("of half the window is allowed, and one block more is not", () => {
    chain.blocks(5, ABSENT);
    chain.blocks(5);
    expect(signingOf().missedBlocksCounter).toBe(5n);
    chain.blocks(5, ABSENT);
    expect(chain.keeper.isJailed(chain.context(), DOWN.consensusAddress)).toBe(false);
    chain.blocks(5);
    chain.blocks(6, ABSENT);
    expect(chain.keeper.isJailed(chain.context(), DOWN.consensusAddress)).toBe(true);
  });

  test("is not punished before a whole window has passed", () => {
    chain.blocks(9, ABSENT);
    expect(chain.height).toBe(signingOf().startHeight + 9n);
    chain.block(ABSENT);
    expect(signingOf().missedBlocksCounter).toBe(10n);
    expect(tokensOf()).toBe(10n * POWER);
    const { events, updates } = chain.block(ABSENT);
    expect(updates).toEqual([{ publicKey: DOWN.consensusKey, power: 0n }]);
    expect(tokensOf()).toBe((99n * 10n * POWER) / 100n);
    expect(events.filter(({ type }) => type === "slash")).toEqual([
      {
        type: "slash",
        attributes: [
          { key: "address", value: ADDRESS },
          { key: "power", value: "10" },
          { key: "reason", value: "missing_signature" },
          { key: "jailed", value: ADDRESS },
          { key: "burned_coins", value: "100000" },
        ],
      },
    ]);
    const jailedUntil = { seconds: chain.timeNs / NS_PER_SECOND + 600n, nanos: 0 };
    expect(signingOf()).toMatchObject({ jailedUntil, missedBlocksCounter: 0n, indexOffset: 0n });
    expect(missed()).toEqual([]);
  });

  test("of a jailed validator is not counted, and counts afresh when it is back", () => {
    chain.blocks(11, ABSENT);
    const before = signingOf();
    chain.blocks(2, ABSENT);
    expect(signingOf()).toEqual(before);
    chain.block({ seconds: 600n });
    const msg = { validatorAddr: DOWN.operator };
    chain.block({ run: (ctx) => void chain.deliver(ctx, MsgUnjail, msg) });
    expect(signingOf().startHeight).toBe(chain.height);
    // It signs again two heights on: one window later it may be judged.
    chain.blocks(10, ABSENT);
    expect(chain.keeper.isJailed(chain.context(), DOWN.consensusAddress)).toBe(false);
    chain.block(ABSENT);
    expect(chain.keeper.isJailed(chain.context(), DOWN.consensusAddress)).toBe(true);
  });

  test("costs what began to unbond since the stake that should have signed", () => {
    chain.fund(DELEGATOR, 4n * POWER);
    const pair = {
      delegatorAddress: formatAddress("account", DELEGATOR),
      validatorAddress: DOWN.operator,
    };
    const take = (amount: bigint) => ({
      ...ABSENT,
      run: (ctx: ReturnType<typeof chain.context>) =>
        void chain.deliver(ctx, MsgUndelegate, { ...pair, amount: coin(DENOM, amount) }),
    });
    chain.block({
      ...ABSENT,
      run: (ctx) =>
        void chain.deliver(ctx, MsgDelegate, { ...pair, amount: coin(DENOM, 4n * POWER) }),
    });
    chain.blocks(7, ABSENT);
    chain.block(take(POWER));
    chain.block(take(POWER));
    const { events } = chain.block(ABSENT);
    // Power 14 signed: 140,000 are due. Both entries began within the last two heights.
    const burnt = events.find(({ type }) => type === "slash")?.attributes.at(-1)?.value;
    expect(burnt).toBe("120000");
    const entries = chain.keeper.state.findUnbonding(chain.context(), DELEGATOR, DOWN.address);
    expect(entries?.entries.map(({ balance }) => balance)).toEqual([990_000n, 990_000n]);
  });
});

test("votes of validators that are gone are passed over", () => {
  const address = testAccount("nobody");
  const vote = { consensusAddress: address, power: 1n, flag: "absent" } as const;
  const report = { lastCommit: [vote], lastCommitRound: 0, misbehavior: [] };
  const ctx = chain.context();
  chain.module.beginBlock?.(ctx, report);
  expect(ctx.events).toEqual([]);
});

test("missed blocks beyond the first chunk are found again", () => {
  const long = new StakingChain();
  long.init(
    long.sections((sections) => {
      const params = sections["slashing"]!["params"] as Record<string, unknown>;
      params["signed_blocks_window"] = "3000";
      sections["slashing"]!["signing_infos"] = [
        {
          address: ADDRESS,
          validator_signing_info: {
            address: ADDRESS,
            start_height: "0",
            index_offset: "0",
            jailed_until: "1970-01-01T00:00:00Z",
            tombstoned: false,
            missed_blocks_counter: "4",
          },
        },
      ];
      sections["slashing"]!["missed_blocks"] = [
        {
          address: ADDRESS,
          missed_blocks: ["0", "1023", "1024", "2999"].map((index) => ({ index, missed: true })),
        },
      ];
    }),
  );
  expect(missedIndexes(long.context(), long.keeper.state, DOWN.consensusAddress)).toEqual([
    0n,
    1023n,
    1024n,
    2999n,
  ]);
});
