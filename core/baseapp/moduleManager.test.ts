import { describe, expect, test } from "vitest";
import { MsgSend, MsgSendResponse } from "#core/codec/generated/cosmos/bank/v1beta1.js";
import { PubKey } from "#core/codec/generated/cosmos/crypto/ed25519.js";
import { InvariantError } from "#core/primitives/assert.js";
import { invalidRequest } from "#core/primitives/sdkErrors.js";
import { openStore } from "#core/store/multistore.js";
import { caught } from "#test/harness/caught.js";
import {
  registerToy,
  TOY_STORE,
  toyEntries,
  toyHeader,
  toyModule,
} from "#test/harness/toyChain.js";
import { Context } from "./context.js";
import type { BlockReport, Module } from "./module.js";
import { genesisSection, ModuleManager, type ModuleOrder } from "./moduleManager.js";

const REPORT: BlockReport = { lastCommit: [], lastCommitRound: 0, misbehavior: [] };

function context(): Context {
  const branch = openStore({ memory: true, stores: [TOY_STORE], chainId: "toy-1" }).branch();
  return new Context({ header: toyHeader(1n), mode: "genesis", branch });
}

const NO_HOOKS = { beginBlock: [], endBlock: [] } as const;

function managerOf(names: readonly string[], parts: Partial<Module> = {}): ModuleManager {
  const modules = [...names].sort().map((name) => toyModule(name, parts));
  return new ModuleManager(modules, { genesis: names, ...NO_HOOKS });
}

describe("genesis", () => {
  test("runs in the order given, each module with its own sections", () => {
    const seen: Array<readonly [string, unknown]> = [];
    const note = (name: string): Partial<Module> => ({
      initGenesis: (_ctx, sections) => {
        seen.push([name, [...sections]]);
        return undefined;
      },
    });
    const modules = ["a", "b", "c"].map((name) => toyModule(name, note(name)));
    const manager = new ModuleManager(modules, { genesis: ["c", "a", "b"], ...NO_HOOKS });
    const state = new Map([
      ["a", "1"],
      ["b", "2"],
      ["c", "3"],
    ]);
    manager.initGenesis(context(), state);
    expect(seen).toEqual([
      ["c", [["c", "3"]]],
      ["a", [["a", "1"]]],
      ["b", [["b", "2"]]],
    ]);
  });

  test("gives the validators of the module that has any", () => {
    const update = { publicKey: new Uint8Array(32), power: 1n };
    const modules = [toyModule("a", { initGenesis: () => [update] }), toyModule("b")];
    const manager = new ModuleManager(modules, { genesis: ["b", "a"], ...NO_HOOKS });
    const state = new Map(["a", "b"].map((name) => [name, "1"]));
    expect(manager.initGenesis(context(), state)).toEqual([update]);
  });

  test("defaults are one section for each, in order, and initialise a state", () => {
    const manager = managerOf(["b", "a"]);
    const defaults = manager.defaultGenesis();
    expect(JSON.stringify(defaults)).toBe('{"b":"default of b","a":"default of a"}');
    const ctx = context();
    manager.initGenesis(ctx, new Map(Object.entries(defaults)));
    expect(manager.exportGenesis(ctx)).toEqual(defaults);
  });

  test.each([
    ["a section that no module owns", { a: "", b: "", x: "" }, "app_state.x"],
    ["a section that is missing", { a: "" }, "app_state.b"],
  ])("with %s is refused, with its path", (_name, state, at) => {
    const ctx = context();
    const error = caught(() =>
      managerOf(["a", "b"]).initGenesis(ctx, new Map(Object.entries(state))),
    );
    expect(genesisSection.is(error)).toBe(true);
    expect(error).toMatchObject({ detail: { at } });
    expect(toyEntries(ctx)).toEqual([]);
  });

  test("with a section that its module refuses writes nothing, whatever its place", () => {
    const ctx = context();
    const state = new Map<string, string | number>([
      ["a", ""],
      ["b", 5],
    ]);
    const error = caught(() => managerOf(["a", "b"]).initGenesis(ctx, state));
    expect(invalidRequest.is(error)).toBe(true);
    expect(toyEntries(ctx)).toEqual([]);
  });

  test("export needs every section of a module", () => {
    const manager = managerOf(["a"], { exportGenesis: () => new Map() });
    expect(caught(() => manager.exportGenesis(context()))).toBeInstanceOf(InvariantError);
  });
});

describe("hooks", () => {
  test("run in their orders, and validator updates are joined", () => {
    const calls: string[] = [];
    const hooked = (name: string, power: bigint): Module =>
      toyModule(name, {
        beginBlock: (_ctx, report) => {
          expect(report).toBe(REPORT);
          calls.push(`begin ${name}`);
        },
        endBlock: () => {
          calls.push(`end ${name}`);
          return power === 0n ? [] : [{ publicKey: new Uint8Array(32), power }];
        },
      });
    const manager = new ModuleManager([hooked("a", 0n), hooked("b", 5n), toyModule("c")], {
      genesis: ["a", "b", "c"],
      beginBlock: ["b", "a"],
      endBlock: ["a", "b"],
    });
    manager.beginBlock(context(), REPORT);
    const updates = manager.endBlock(context(), REPORT);
    expect(calls).toEqual(["begin b", "begin a", "end a", "end b"]);
    expect(updates.map(({ power }) => power)).toEqual([5n]);
  });

  const begins = toyModule("a", { beginBlock: () => undefined });
  const ends = toyModule("a", { endBlock: () => [] });
  test.each<[string, Module, ModuleOrder]>([
    ["genesis", toyModule("a"), { genesis: [], ...NO_HOOKS }],
    ["a block's beginning", begins, { genesis: ["a"], ...NO_HOOKS }],
    ["a block's end", ends, { genesis: ["a"], ...NO_HOOKS }],
    ["a name twice", toyModule("a"), { genesis: ["a", "a"], ...NO_HOOKS }],
    ["a hook it lacks", toyModule("a"), { genesis: ["a"], beginBlock: ["a"], endBlock: [] }],
    ["a module that is not there", toyModule("a"), { genesis: ["a", "b"], ...NO_HOOKS }],
  ])("orders are refused that are wrong about %s", (_name, module, order) => {
    expect(caught(() => new ModuleManager([module], order))).toBeInstanceOf(InvariantError);
  });
});

test("types of modules, messages and responses are known", () => {
  const manager = managerOf(["a"], {
    types: [PubKey],
    registerMsgs: (router) => {
      registerToy(router, new Map());
    },
  });
  for (const codec of [PubKey, MsgSend, MsgSendResponse]) {
    expect(manager.types.find(codec.typeUrl)).toBe(codec);
  }
  expect(manager.msgs.find(MsgSend.typeUrl)?.module).toBe("toy");
});

test("invariants carry the name of their module", () => {
  const invariant = { name: "holds", check: () => "it does not" };
  const [named] = managerOf(["a"], { invariants: [invariant] }).invariants();
  expect(named?.name).toBe("a/holds");
  expect(named?.check(context())).toBe("it does not");
});
