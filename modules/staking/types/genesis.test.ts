import { describe, expect, test } from "vitest";
import type { JsonObject } from "#core/codec/json.js";
import { formatAddress } from "#core/crypto/address.js";
import { toBase64 } from "#core/primitives/bytes.js";
import { ChainError } from "#core/primitives/errors.js";
import { POWER, StakingChain, testAccount, testOperator } from "#test/harness/stakingChain.js";

type Sections = Record<string, JsonObject>;

const [A, B] = [testOperator(0), testOperator(1)];
const DELEGATOR = formatAddress("account", testAccount("delegator"));
const CHAIN = exampleChain();

/** A chain with two validators, one of which has missed a block and one has an unbonding entry. */
function exampleChain(): StakingChain {
  const chain = new StakingChain();
  chain.start([3n, 5n]);
  chain.block();
  chain.block({ absent: [A.consensusAddress] });
  const { state } = chain.keeper;
  const entry = {
    creationHeight: 1n,
    completionTimeNs: chain.timeNs + 10n ** 12n,
    initialBalance: POWER,
    balance: POWER,
    id: 1n,
  };
  const pair = { delegator: testAccount("delegator"), operator: A.address };
  state.setUnbonding(chain.context(), { ...pair, entries: [entry] });
  return chain;
}

function exported(): Sections {
  const entries = [...CHAIN.module.exportGenesis(CHAIN.context("query"))];
  return structuredClone(Object.fromEntries(entries)) as Sections;
}

/** Path at fault, `codespace/code` when the error names none, or "valid". */
function faultOf(sections: Sections): string {
  try {
    for (const section of CHAIN.module.genesisSections) section.validate(sections[section.name]!);
  } catch (error) {
    if (!(error instanceof ChainError)) throw error;
    const { at } = error.detail;
    return typeof at === "string" ? at : `${error.codespace}/${error.code}`;
  }
  return "valid";
}

/** Changes one element of a list of a section. */
function withElement(path: readonly [string, string, number], change: object): Sections {
  const sections = exported();
  const [section, field, index] = path;
  Object.assign((sections[section]![field] as JsonObject[])[index]!, change);
  return sections;
}

/** Repeats the first element of a list of a section. */
function withRepeated(section: string, field: string): Sections {
  const sections = exported();
  const list = sections[section]![field] as JsonObject[];
  list.push(structuredClone(list[0]!));
  return sections;
}

test("the defaults and an exported state are valid", () => {
  expect(faultOf(exported())).toBe("valid");
  expect(faultOf(Object.fromEntries(CHAIN.sections()) as Sections)).toBe("valid");
});

describe("the staking section", () => {
  const validator = (change: object) => withElement(["staking", "validators", 0], change);
  const unbonding = (change: object) => {
    const sections = exported();
    const list = sections["staking"]!["unbonding_delegations"] as JsonObject[];
    Object.assign((list[0]!["entries"] as JsonObject[])[0]!, change);
    return sections;
  };

  test.each<[string, () => Sections, string]>([
    ["tokens that are no number", () => validator({ tokens: "x" }), "staking.validators[0].tokens"],
    [
      "tokens beyond all stake",
      () => validator({ tokens: (10n ** 25n).toString() }),
      "staking.validators[0].tokens",
    ],
    [
      "negative shares",
      () => validator({ delegator_shares: "-1.0" }),
      "staking.validators[0].delegator_shares",
    ],
    [
      "a time before 1970",
      () => validator({ unbonding_time: "1969-12-31T23:59:59Z" }),
      "staking.validators[0].unbonding_time",
    ],
    [
      "a time beyond 64 bits",
      () => validator({ unbonding_time: "2400-01-01T00:00:00Z" }),
      "staking.validators[0].unbonding_time",
    ],
    [
      "no status",
      () => validator({ status: "BOND_STATUS_UNSPECIFIED" }),
      "staking.validators[0].status",
    ],
    [
      "no minimum",
      () => validator({ min_self_delegation: "" }),
      "staking.validators[0].min_self_delegation",
    ],
    [
      "an unbonded validator without shares",
      () => validator({ status: "BOND_STATUS_UNBONDED", delegator_shares: "0" }),
      "staking.validators[0]",
    ],
    ["a malformed operator", () => validator({ operator_address: "x" }), "sdk/7"],
    ["no key", () => validator({ consensus_pubkey: null }), "staking/39"],
    [
      "a key twice",
      () =>
        validator({
          consensus_pubkey: { "@type": "/cosmos.crypto.ed25519.PubKey", key: keyOfSecond() },
        }),
      "staking.validators[1].consensus_pubkey",
    ],
    ["a validator twice", () => withRepeated("staking", "validators"), "staking.validators[2]"],
    ["a delegation twice", () => withRepeated("staking", "delegations"), "staking.delegations[2]"],
    [
      "a delegation without shares",
      () => withElement(["staking", "delegations", 0], { shares: "0" }),
      "staking.delegations[0]",
    ],
    [
      "a delegation to nobody",
      () =>
        withElement(["staking", "delegations", 0], { validator_address: testOperator(9).operator }),
      "staking.delegations[0]",
    ],
    [
      "shares that do not add up",
      () => withElement(["staking", "delegations", 0], { shares: "1" }),
      "staking.delegations",
    ],
    [
      "an unbonding delegation twice",
      () => withRepeated("staking", "unbonding_delegations"),
      "staking.unbonding_delegations[1]",
    ],
    [
      "no entries",
      () => withElement(["staking", "unbonding_delegations", 0], { entries: [] }),
      "staking.unbonding_delegations[0]",
    ],
    [
      "a balance above the initial one",
      () => unbonding({ balance: "1000001" }),
      "staking.unbonding_delegations[0].entries[0]",
    ],
    [
      "a completion time out of range",
      () => unbonding({ completion_time: "2300-01-01T00:00:00Z" }),
      "staking.unbonding_delegations[0].entries[0].completion_time",
    ],
    [
      "powers of a new chain",
      () => {
        const sections = exported();
        sections["staking"]!["exported"] = false;
        return sections;
      },
      "staking.last_validator_powers",
    ],
    [
      "no power of a bonded validator",
      () => {
        const sections = exported();
        (sections["staking"]!["last_validator_powers"] as JsonObject[]).pop();
        return sections;
      },
      "staking.last_validator_powers",
    ],
    [
      "a power of zero",
      () => withElement(["staking", "last_validator_powers", 0], { power: "0" }),
      "staking.last_validator_powers[0]",
    ],
    [
      "a power of nobody",
      () =>
        withElement(["staking", "last_validator_powers", 0], { address: testOperator(9).operator }),
      "staking.last_validator_powers[0]",
    ],
    [
      "a redelegation",
      () => {
        const sections = exported();
        sections["staking"]!["redelegations"] = [{}];
        return sections;
      },
      "staking.redelegations",
    ],
  ])("with %s is refused", (_, sections, fault) => {
    expect(faultOf(sections())).toBe(fault);
  });

  /** The consensus key of the validator that comes second in the file. */
  function keyOfSecond(): string {
    const [, second] = exported()["staking"]!["validators"] as JsonObject[];
    return (second!["consensus_pubkey"] as { key: string }).key;
  }
});

describe("the slashing section", () => {
  const signing = (index: number, change: object) => {
    const sections = exported();
    const list = sections["slashing"]!["signing_infos"] as JsonObject[];
    Object.assign(list[index]!["validator_signing_info"] as JsonObject, change);
    return sections;
  };
  const missedBlocks = (blocks: ReadonlyArray<{ index: string; missed: boolean }>) =>
    withElement(["slashing", "missed_blocks", 0], { missed_blocks: blocks });
  const place = () => {
    const list = exported()["slashing"]!["signing_infos"] as JsonObject[];
    const address = formatAddress("consensus", A.consensusAddress);
    return list.findIndex((one) => one["address"] === address);
  };

  test.each<[string, () => Sections, () => string]>([
    [
      "an info twice",
      () => withRepeated("slashing", "signing_infos"),
      () => "slashing.signing_infos[2]",
    ],
    [
      "an info of another address",
      () => signing(0, { address: DELEGATOR }),
      () => "slashing.signing_infos[0]",
    ],
    [
      "a negative offset",
      () => signing(0, { index_offset: "-1" }),
      () => "slashing.signing_infos[0].index_offset",
    ],
    [
      "a counter that is wrong",
      () => signing(place(), { missed_blocks_counter: "2" }),
      () => `slashing.signing_infos[${place()}]`,
    ],
    [
      "missed blocks twice",
      () => withRepeated("slashing", "missed_blocks"),
      () => "slashing.missed_blocks[1]",
    ],
    [
      "a block beyond the window",
      () => missedBlocks([{ index: "100", missed: true }]),
      () => "slashing.missed_blocks[0]",
    ],
    [
      "a block that was not missed",
      () => missedBlocks([{ index: "0", missed: false }]),
      () => "slashing.missed_blocks[0]",
    ],
    [
      "missed blocks out of order",
      () =>
        missedBlocks([
          { index: "1", missed: true },
          { index: "1", missed: true },
        ]),
      () => "slashing.missed_blocks[0]",
    ],
  ])("with %s is refused", (_, sections, fault) => {
    expect(faultOf(sections())).toBe(fault());
  });

  test("with an empty list of missed blocks and no info is refused", () => {
    const sections = exported();
    const address = formatAddress("consensus", testAccount("x"));
    (sections["slashing"]!["missed_blocks"] as JsonObject[]).push({ address, missed_blocks: [] });
    expect(faultOf(sections)).toBe("slashing.missed_blocks");
  });
});

describe("the provider section", () => {
  const provider = (change: object) => withElement(["provider", "providers", 0], change);
  const set = (change: (members: JsonObject[]) => void) => {
    const sections = exported();
    const [first] = sections["provider"]!["consensus_sets"] as JsonObject[];
    change(first!["members"] as JsonObject[]);
    return sections;
  };

  test.each<[string, () => Sections, string]>([
    ["a provider twice", () => withRepeated("provider", "providers"), "provider.providers[2]"],
    ["no key", () => provider({ vrf_public_key: "" }), "provider.providers[0].vrf_public_key"],
    [
      "a next key that is none",
      () => provider({ next_vrf_public_key: "AAAA" }),
      "provider.providers[0].next_vrf_public_key",
    ],
    ["a negative height", () => provider({ vrf_effective_height: "-1" }), "provider.providers[0]"],
    [
      "a height of no key",
      () => provider({ next_vrf_effective_height: "5" }),
      "provider.providers[0].next_vrf_effective_height",
    ],
    [
      "sets out of order",
      () => withRepeated("provider", "consensus_sets"),
      "provider.consensus_sets[1]",
    ],
    ["an empty set", () => set((members) => members.splice(0)), "provider.consensus_sets[0]"],
    [
      "members out of order",
      () => set((members) => members.reverse()),
      "provider.consensus_sets[0]",
    ],
    [
      "a member twice",
      () =>
        set((members) =>
          Object.assign(members[0]!, { operator_address: members[1]!["operator_address"] }),
        ),
      "provider.consensus_sets[0].members[1]",
    ],
    [
      "a member without power",
      () => set((members) => Object.assign(members[1]!, { power: "0" })),
      "provider.consensus_sets[0].members[1].power",
    ],
    [
      "a member of another key",
      () => set((members) => Object.assign(members[1]!, { public_key: toBase64(B.consensusKey) })),
      "provider.consensus_sets[0].members[1]",
    ],
  ])("with %s is refused", (_, sections, fault) => {
    expect(faultOf(sections())).toBe(fault);
  });
});
