import { describe, expect, test } from "vitest";
import { GenesisState } from "#core/codec/generated/cosmos/auth/v1beta1.js";
import { BaseAccount, ModuleAccount } from "#core/codec/generated/cosmos/auth/v1beta1.js";
import type { JsonObject } from "#core/codec/json.js";
import { pack, TypeRegistry } from "#core/codec/typeRegistry.js";
import { InvariantError } from "#core/primitives/assert.js";
import type { ChainError } from "#core/primitives/errors.js";
import { invalidRequest } from "#core/primitives/sdkErrors.js";
import { caught } from "#test/harness/caught.js";
import { TOY_SENDER } from "#test/harness/toyChain.js";
import { protoSection } from "./genesisSection.js";

const PARAMS = {
  maxMemoCharacters: 1n,
  txSigLimit: 2n,
  txSizeCostPerByte: 3n,
  sigVerifyCostEd25519: 4n,
  sigVerifyCostSecp256k1: 5n,
};

const STATE: GenesisState = {
  params: PARAMS,
  accounts: [pack(BaseAccount, BaseAccount.create({ address: TOY_SENDER.text }))],
};

const section = protoSection("toy", GenesisState, {
  defaultGenesis: () => GenesisState.create({ params: PARAMS }),
  validateGenesis: ({ params }) => {
    if (params.txSigLimit === 0n) throw invalidRequest({ problem: "no signatures" });
  },
  types: new TypeRegistry([BaseAccount, ModuleAccount]),
});

const jsonOf = (state: GenesisState): JsonObject => section.write(state).get("toy") as JsonObject;

describe("a section of a message", () => {
  test("reads back what it writes, whatever its Any hold", () => {
    expect(section.read(section.write(STATE))).toEqual(STATE);
  });

  test("has its default under its name", () => {
    expect(section.name).toBe("toy");
    expect(section.defaultState()).toEqual(jsonOf(GenesisState.create({ params: PARAMS })));
  });

  test("calls the module's rules with the message", () => {
    const bad = jsonOf({ ...STATE, params: { ...PARAMS, txSigLimit: 0n } });
    const error = caught(() => {
      section.validate(bad);
    });
    expect(invalidRequest.is(error)).toBe(true);
  });

  test.each<[string, JsonObject, string]>([
    ["a field nobody knows", { ...jsonOf(STATE), memo: "" }, "app_state.toy"],
    [
      "a number that is none",
      { ...jsonOf(STATE), params: { tx_sig_limit: "x" } },
      "app_state.toy.params.tx_sig_limit",
    ],
    ["an Any of an unknown type", { accounts: [{ "@type": "/x.Y" }] }, "/x.Y"],
  ])("refuses %s, with its path", (_name, json, at) => {
    const error = caught(() => {
      section.validate(json);
    });
    expect((error as ChainError).codespace).toBe("codec");
    expect((error as ChainError).message).toContain(at);
  });

  test("is not read before it was validated", () => {
    expect(caught(() => section.read(new Map()))).toBeInstanceOf(InvariantError);
  });
});
