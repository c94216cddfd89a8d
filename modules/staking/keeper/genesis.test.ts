import { describe, expect, test } from "vitest";
import { MsgRegisterProvider } from "#core/codec/generated/aivm/staking/v1.js";
import {
  MsgCreateValidator,
  MsgDelegate,
  MsgUndelegate,
} from "#core/codec/generated/cosmos/staking/v1beta1.js";
import type { JsonObject, JsonValue } from "#core/codec/json.js";
import { formatAddress, moduleAddress } from "#core/crypto/address.js";
import { sha256 } from "#core/crypto/hash.js";
import { utf8 } from "#core/primitives/bytes.js";
import { coin } from "#core/primitives/coin.js";
import {
  createMsg,
  DENOM,
  POWER,
  registerMsg,
  StakingChain,
  type TestBlock,
  testAccount,
  testOperator,
} from "#test/harness/stakingChain.js";
import { invalidGenesis } from "../types/errors.js";
import { BONDED_POOL, NOT_BONDED_POOL } from "../types/keys.js";
import { MAX_STAKED_TOKENS } from "../types/limits.js";

type Sections = Record<string, JsonObject>;

const DELEGATOR = testAccount("delegator");
const POOLS = [BONDED_POOL, NOT_BONDED_POOL] as const;

/** A chain with something in every table. */
function busyChain(): StakingChain {
  const chain = new StakingChain();
  chain.start([10n, 9n, 8n], (sections) => {
    const params = sections["staking"]!["params"] as Record<string, unknown>;
    params["unbonding_time"] = "200s";
    sections["provider"]!["params"] = { vrf_key_delay_blocks: "20" };
  });
  const [late, waiting] = [testOperator(3), testOperator(4)];
  for (const one of [late, waiting]) chain.fund(one.address, 5n * POWER);
  chain.fund(DELEGATOR, 7n * POWER);
  const msg = (amount: bigint) => ({
    delegatorAddress: formatAddress("account", DELEGATOR),
    validatorAddress: testOperator(0).operator,
    amount: coin(DENOM, amount),
  });
  chain.block({
    run: (ctx) => {
      chain.deliver(ctx, MsgDelegate, msg(7n * POWER));
      chain.deliver(ctx, MsgCreateValidator, createMsg(late, 5n * POWER));
      chain.deliver(ctx, MsgRegisterProvider, registerMsg(late));
    },
  });
  chain.blocks(4, { absent: [testOperator(1).consensusAddress] });
  chain.block({
    run: (ctx) => {
      chain.deliver(ctx, MsgUndelegate, msg(2n * POWER));
      chain.deliver(ctx, MsgCreateValidator, createMsg(waiting, 5n * POWER));
      const seed = sha256(utf8("another"));
      chain.deliver(ctx, MsgRegisterProvider, registerMsg(testOperator(0), seed));
      chain.keeper.jail(ctx, testOperator(2).consensusAddress);
    },
  });
  chain.block({ run: (ctx) => void chain.deliver(ctx, MsgUndelegate, msg(POWER)) });
  return chain;
}

function exportOf(chain: StakingChain): ReadonlyMap<string, JsonValue> {
  return chain.module.exportGenesis(chain.context("query"));
}

/** A chain that goes on where another ended. */
function importFrom(
  chain: StakingChain,
  change: (sections: Sections) => void = () => undefined,
  missing = 0n,
): StakingChain {
  const next = new StakingChain({ height: chain.height + 1n, timeNs: chain.timeNs });
  for (const pool of POOLS) {
    const held = chain.transfers.moduleBalance(chain.context(), pool, DENOM);
    next.fund(moduleAddress(pool), held - missing);
  }
  const sections = structuredClone(Object.fromEntries(exportOf(chain))) as Sections;
  change(sections);
  next.init(new Map(Object.entries(sections)));
  return next;
}

describe("an exported state", () => {
  test("is the same when it is imported and exported again", () => {
    const chain = busyChain();
    const next = importFrom(chain);
    expect(exportOf(next)).toEqual(exportOf(chain));
    expect(next.broken()).toEqual([]);
  });

  test("goes on as the chain would have", () => {
    const chain = busyChain();
    // The set of the last blocks must have come into force for both to begin alike.
    chain.blocks(2);
    const next = importFrom(chain);
    expect(next.cometSet(next.height)).toEqual(chain.cometSet(chain.height + 2n));
    const { consensusAddress } = testOperator(1);
    const blocks: TestBlock[] = Array.from({ length: 45 }, (_, index) => ({
      // The first block of the new chain has no last commit.
      absent: index % 3 === 1 ? [consensusAddress] : [],
    }));
    chain.block();
    next.block();
    for (const block of blocks) {
      expect(next.block(block).updates).toEqual(chain.block(block).updates);
    }
    const [staking, provider] = ["staking", "provider"].map((name) => [
      exportOf(next).get(name),
      exportOf(chain).get(name),
    ]);
    expect(staking![0]).toEqual(staking![1]);
    expect(provider![0]).toEqual(provider![1]);
    expect(next.balance(DELEGATOR)).toBe(chain.balance(DELEGATOR));
    expect(next.balance(DELEGATOR)).toBe(3n * POWER);
  });

  test("with a set that has not come into force begins with that set", () => {
    const chain = busyChain();
    chain.block({
      run: (ctx) =>
        void chain.keeper.slash(ctx, {
          consensusAddress: testOperator(1).consensusAddress,
          bps: 5_000n,
        }),
    });
    const next = importFrom(chain);
    expect(next.cometSet(next.height)).toEqual(chain.cometSet(chain.height + 2n));
    const powers = (height: bigint) =>
      next.keeper.consensusSet(next.context(), height).map(({ power }) => power);
    expect(powers(next.height)).toEqual(next.cometSet(next.height).map(({ power }) => power));
    next.blocks(3);
  });
});

describe("a genesis file with validators that are not bonded", () => {
  test("bonds them, and tells the hooks", () => {
    const chain = busyChain();
    const calls: string[] = [];
    const sections = structuredClone(Object.fromEntries(exportOf(chain))) as Sections;
    const staking = sections["staking"]!;
    staking["exported"] = false;
    staking["last_validator_powers"] = [];
    sections["provider"]!["consensus_sets"] = [];
    for (const validator of staking["validators"] as JsonObject[]) {
      if (validator["status"] === "BOND_STATUS_BONDED") {
        validator["status"] = "BOND_STATUS_UNBONDED";
      }
    }
    const next = new StakingChain({ height: 1n, timeNs: chain.timeNs });
    next.hooks.add({
      afterValidatorCreated: () => calls.push("created"),
      afterValidatorRemoved: () => calls.push("removed"),
      beforeDelegationSharesModified: () => calls.push("before"),
      afterDelegationModified: () => calls.push("after"),
    });
    const held = POOLS.map((pool) => chain.transfers.moduleBalance(chain.context(), pool, DENOM));
    next.fund(moduleAddress(NOT_BONDED_POOL), held[0]! + held[1]!);
    const updates = next.init(new Map(Object.entries(sections)));
    expect(updates).toHaveLength(0);
    expect(calls).toEqual([...Array<string>(5).fill("created"), ...Array<string>(6).fill("after")]);
    // Keys of the file that are in effect at a later height are waited for.
    const later = new StakingChain({ height: 100n, timeNs: chain.timeNs });
    later.fund(moduleAddress(NOT_BONDED_POOL), held[0]! + held[1]!);
    expect(later.init(new Map(Object.entries(sections)))).toHaveLength(3);
    expect(later.broken()).toEqual([]);
  });
});

describe("a genesis file is refused", () => {
  const refusalOf = (change: (sections: Sections) => void, missing = 0n): unknown => {
    try {
      importFrom(busyChain(), change, missing);
    } catch (error) {
      if (invalidGenesis.is(error)) return (error as { detail: { at: string } }).detail.at;
      throw error;
    }
    return "accepted";
  };
  const list = (sections: Sections, section: string, field: string): JsonObject[] =>
    sections[section]![field] as JsonObject[];

  test("when a pool does not hold what is staked", () => {
    expect(refusalOf(() => undefined, 1n)).toBe("bank.balances");
  });

  test("when a member of the set has no key in use", () => {
    const at = refusalOf((sections) => {
      const [first] = list(sections, "staking", "last_validator_powers");
      const provider = list(sections, "provider", "providers").find(
        (one) => one["operator_address"] === first!["address"],
      );
      provider!["vrf_effective_height"] = "1000";
      provider!["next_vrf_public_key"] = "";
      provider!["next_vrf_effective_height"] = "0";
    });
    expect(at).toBe("provider.providers");
  });

  test("when a provider is no validator", () => {
    const at = refusalOf((sections) => {
      const operator = testOperator(9).operator;
      list(sections, "provider", "providers")[0]!["operator_address"] = operator;
    });
    expect(at).toBe("provider.providers");
  });

  test("when a member of the set has no signing info", () => {
    const at = refusalOf((sections) => {
      sections["slashing"]!["signing_infos"] = [];
      sections["slashing"]!["missed_blocks"] = [];
    });
    expect(at).toBe("slashing.signing_infos");
  });

  test("when there is more stake than power can count", () => {
    const chain = new StakingChain();
    chain.fund(moduleAddress(BONDED_POOL), MAX_STAKED_TOKENS + 1n);
    expect(() => chain.init(chain.sections())).toThrow(/more stake than power can count/);
  });
});
