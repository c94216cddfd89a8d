import { describe, expect, test } from "vitest";
import type { JsonObject, JsonValue } from "#core/codec/json.js";
import { toBase64, toHex } from "#core/primitives/bytes.js";
import { lightValidator } from "#test/harness/lightChain.js";
import { isSdkError } from "../errors.js";
import { genesisTrust } from "./genesisTrust.js";

function key(name: string): string {
  return toBase64(lightValidator(name, 1n).pubKey.ed25519);
}

function consensusKey(name: string): JsonObject {
  return { "@type": "/cosmos.crypto.ed25519.PubKey", key: key(name) };
}

function create(name: string, amount: string): JsonObject {
  return {
    "@type": "/cosmos.staking.v1beta1.MsgCreateValidator",
    validator_address: `nesavaloper1${name}`,
    pubkey: consensusKey(name),
    value: { denom: "unes", amount },
  };
}

function register(name: string): JsonObject {
  return {
    "@type": "/aivm.staking.v1.MsgRegisterProvider",
    operator_address: `nesavaloper1${name}`,
  };
}

function genTx(...messages: JsonValue[]): JsonObject {
  return { body: { messages }, auth_info: {}, signatures: [] };
}

function genesis(state: JsonObject, rest: JsonObject = {}): JsonObject {
  return {
    chain_id: "aivm-local-1",
    genesis_time: "2026-01-02T03:04:05.000000006Z",
    initial_height: "7",
    app_state: state,
    ...rest,
  };
}

/** Names and powers of the validators, by name. */
function validatorsOf(json: JsonValue): Array<readonly [string, bigint]> {
  const names = new Map(["a", "b", "c", "d"].map((name) => [key(name), name]));
  return genesisTrust(json).validators.map(({ pubKey, votingPower }) => [
    names.get(toBase64(pubKey.ed25519)) ?? "?",
    votingPower,
  ]);
}

describe("what a genesis file says of the first block", () => {
  const listed = {
    validators: [{ pub_key: { type: "tendermint/PubKeyEd25519", value: key("d") }, power: "3" }],
  };

  test("chain, height, time and addresses", () => {
    const trust = genesisTrust(genesis({}, listed));
    expect(trust).toMatchObject({
      chainId: "aivm-local-1",
      initialHeight: 7n,
      timeNs: 1_767_323_045_000_000_006n,
    });
    const [validator] = trust.validators;
    expect(toHex(validator!.address)).toBe(toHex(lightValidator("d", 1n).address));
  });

  test.each([
    ["0", 1n],
    [undefined, 1n],
    [null, 1n],
    [12, 12n],
    ["12", 12n],
  ])("an initial height of %j is %s", (given, expected) => {
    const json = genesis({}, listed);
    if (given === undefined) delete json["initial_height"];
    else json["initial_height"] = given;
    expect(genesisTrust(json).initialHeight).toBe(expected);
  });

  test("validators that genesis transactions create, with whole units of their self-delegation", () => {
    const genutil = {
      gen_txs: [
        genTx(create("a", "5999999"), register("a")),
        genTx(create("b", "7000000")),
        genTx(register("b")),
      ],
    };
    expect(validatorsOf(genesis({ genutil }, listed))).toEqual([
      ["b", 7n],
      ["a", 5n],
    ]);
  });

  test("none without a VRF key, which the state may hold, and none without a whole unit", () => {
    const genutil = {
      gen_txs: [
        genTx(create("a", "5000000")),
        genTx(create("b", "5000000"), register("b")),
        genTx(create("c", "999999"), register("c")),
        genTx(create("d", "6000000")),
      ],
    };
    const provider = { providers: [{ operator_address: "nesavaloper1d" }] };
    expect(validatorsOf(genesis({ genutil, provider }))).toEqual([
      ["d", 6n],
      ["b", 5n],
    ]);
  });

  test("of more than the most, the strongest, then the first by address", () => {
    const gen_txs = ["d", "c", "b", "a"].map((name) =>
      genTx(create(name, name === "c" ? "9000000" : "5000000"), register(name)),
    );
    const staking = { params: { max_validators: 2 } };
    expect(validatorsOf(genesis({ genutil: { gen_txs }, staking }))).toEqual([
      ["c", 9n],
      ["a", 5n],
    ]);
  });

  const record = (name: string, status: string, tokens: string): JsonObject => ({
    operator_address: `nesavaloper1${name}`,
    consensus_pubkey: consensusKey(name),
    status,
    tokens,
  });

  test("bonded validators of an exported state, with the powers that it records", () => {
    const staking = {
      exported: true,
      validators: [
        record("a", "BOND_STATUS_BONDED", "8000000"),
        record("b", "BOND_STATUS_UNBONDING", "9000000"),
        record("c", "BOND_STATUS_BONDED", "4000000"),
      ],
      last_validator_powers: [
        { address: "nesavaloper1a", power: "11" },
        { address: "nesavaloper1c", power: "4" },
      ],
    };
    const genutil = { gen_txs: [] };
    expect(validatorsOf(genesis({ staking, genutil }, listed))).toEqual([
      ["a", 11n],
      ["c", 4n],
    ]);
    expect(validatorsOf(genesis({ staking: { ...staking, last_validator_powers: [] } }))).toEqual([
      ["a", 8n],
      ["c", 4n],
    ]);
  });

  test("the list of the file, at the top or where the SDK has it", () => {
    expect(validatorsOf(genesis({}, listed))).toEqual([["d", 3n]]);
    expect(validatorsOf(genesis({}, { consensus: listed }))).toEqual([["d", 3n]]);
    const bare = Object.entries(genesis({}, listed)).filter(([name]) => name !== "app_state");
    expect(validatorsOf(Object.fromEntries(bare))).toEqual([["d", 3n]]);
  });
});

describe("genesis files that cannot be used", () => {
  const one = { genutil: { gen_txs: [genTx(create("a", "1000000"), register("a"))] } };

  test.each<readonly [string, JsonValue, string]>([
    ["no object", "genesis", "$"],
    ["no chain id", genesis(one, { chain_id: null }), "$.chain_id"],
    ["no time", genesis(one, { genesis_time: "yesterday" }), "$.genesis_time"],
    ["a bad height", genesis(one, { initial_height: "one" }), "$.initial_height"],
    ["no validators", genesis({}), "$"],
    [
      "transactions that are no list",
      genesis({ genutil: { gen_txs: 1 } }),
      "$.app_state.genutil.gen_txs",
    ],
    [
      "a transaction without body",
      genesis({ genutil: { gen_txs: [{}] } }),
      "$.app_state.genutil.gen_txs[0].body",
    ],
    [
      "an amount that is none",
      genesis({ genutil: { gen_txs: [genTx(create("a", "1.5"))] } }),
      "$.app_state.genutil.gen_txs[0].body.messages[0].value.amount",
    ],
    [
      "tokens that are none",
      genesis({
        staking: {
          validators: [
            {
              operator_address: "x",
              consensus_pubkey: consensusKey("a"),
              status: "BOND_STATUS_BONDED",
              tokens: "-1",
            },
          ],
        },
      }),
      "$.app_state.staking.validators[0].tokens",
    ],
    [
      "a key of another kind",
      genesis({
        genutil: {
          gen_txs: [
            genTx({
              ...create("a", "1000000"),
              pubkey: { "@type": "/cosmos.crypto.secp256k1.PubKey", key: "" },
            }),
          ],
        },
      }),
      "$.app_state.genutil.gen_txs[0].body.messages[0].pubkey",
    ],
    [
      "a listed key of another kind",
      genesis({}, { validators: [{ pub_key: { type: "bls", value: "" }, power: "1" }] }),
      "$.validators[0].pub_key.type",
    ],
  ])("%s", (_, json, at) => {
    let caught: unknown;
    try {
      genesisTrust(json);
    } catch (error) {
      caught = error;
    }
    expect(isSdkError(caught, "GENESIS_INVALID") && caught.facts.at).toBe(at);
  });
});
