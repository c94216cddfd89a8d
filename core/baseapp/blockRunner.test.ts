import { describe, expect, test } from "vitest";
import { attempt } from "#core/codec/attempt.js";
import { MsgSend } from "#core/codec/generated/cosmos/bank/v1beta1.js";
import { ConsensusParams } from "#core/codec/generated/tendermint/types.js";
import { decodeTx } from "#core/codec/tx.js";
import { TypeRegistry } from "#core/codec/typeRegistry.js";
import { InvariantError } from "#core/primitives/assert.js";
import { fromUtf8, toHex, utf8 } from "#core/primitives/bytes.js";
import { event } from "#core/primitives/event.js";
import { invalidRequest } from "#core/primitives/sdkErrors.js";
import { openStore } from "#core/store/multistore.js";
import type { Store } from "#core/store/store.js";
import { caught } from "#test/harness/caught.js";
import {
  type Behaviours,
  readToy,
  registerToy,
  TOY_STORE,
  toyEntries,
  toyHeader,
  toyModule,
  toyTx,
  toyTxBytes,
  writeToy,
} from "#test/harness/toyChain.js";
import {
  BlockRunner,
  type DecidedBlock,
  type Genesis,
  moduleVersionMismatch,
} from "./blockRunner.js";
import { CHAIN_STORE } from "./chainState.js";
import { type Context } from "./context.js";
import type { Module } from "./module.js";
import { ModuleManager } from "./moduleManager.js";
import { type AnteHandler, TxRunner } from "./txRunner.js";

const BEHAVIOURS: Behaviours = new Map<string, (ctx: Context) => void>([
  [
    "write a",
    (ctx) => {
      writeToy(ctx, "a", ctx.height.toString());
    },
  ],
  [
    "fail",
    () => {
      throw invalidRequest({ problem: "no" });
    },
  ],
  [
    "crash",
    () => {
      throw new Error("disk full");
    },
  ],
]);

/** Counts the transactions that passed it. */
const countingAnte: AnteHandler = (ctx) => {
  writeToy(ctx, "count", (Number(readToy(ctx, "count") ?? "0") + 1).toString());
};

interface ToyOptions {
  readonly maxGas?: bigint;
  readonly modules?: ReadonlyMap<string, Partial<Module>>;
  readonly store?: Store;
  readonly ante?: AnteHandler;
}

const newStore = (): Store =>
  openStore({ memory: true, stores: [CHAIN_STORE, TOY_STORE], chainId: "toy-1" });

/** A chain of one toy module, and what its block runner was made of. */
class ToyChain {
  readonly store: Store;
  readonly runner: BlockRunner;
  readonly genesis: Genesis;

  constructor(options: ToyOptions = {}) {
    this.store = options.store ?? newStore();
    const given = options.modules ?? new Map([["toy", HOOKED]]);
    const modules = [...given].map(([name, parts]) =>
      toyModule(name, {
        ...parts,
        registerMsgs: (router) => {
          if (name === "toy") registerToy(router, BEHAVIOURS);
        },
      }),
    );
    const named = (wanted: (module: Module) => boolean): string[] =>
      modules.filter(wanted).map(({ name }) => name);
    const manager = new ModuleManager(modules, {
      genesis: named(() => true),
      beginBlock: named((module) => module.beginBlock !== undefined),
      endBlock: named((module) => module.endBlock !== undefined),
    });
    const types = new TypeRegistry([MsgSend]);
    const ante = options.ante ?? countingAnte;
    this.runner = new BlockRunner({
      store: this.store,
      modules: manager,
      txRunner: new TxRunner({ router: manager.msgs, ante, onFault: () => undefined }),
      decode: (bytes) => attempt(() => decodeTx(bytes, types)),
      injected: {
        apply: (ctx, bytes) => {
          const said = bytes === undefined ? "nothing" : (fromUtf8(bytes) ?? "");
          writeToy(ctx, "injected", said);
          ctx.emit(event("injected", [["said", said]]));
        },
      },
    });
    const block = { maxBytes: 1_000_000n, maxGas: options.maxGas ?? -1n };
    this.genesis = {
      chainId: "toy-1",
      timeNs: 5n,
      initialHeight: 1n,
      consensusParams: ConsensusParams.create({ block }),
      state: new Map(modules.map(({ name }) => [name, `genesis of ${name}`])),
    };
  }

  /** Initialises the chain. */
  begin(): this {
    this.runner.initChain(this.genesis);
    return this;
  }

  block(height: bigint, txs: readonly Uint8Array[]): DecidedBlock {
    const report = { lastCommit: [], lastCommitRound: 0, misbehavior: [] };
    return { header: toyHeader(height), report, txs };
  }

  /** Executes and commits a block with transaction 0 and the given ones. */
  produce(height: bigint, txs: readonly Uint8Array[]) {
    const outcome = this.runner.finalize(this.block(height, [utf8("zero"), ...txs]));
    this.runner.commit();
    return outcome;
  }

  committed(): Context {
    return this.runner.committedContext(toyHeader(9n));
  }
}

/** Leaves traces of both hooks, and names a validator at the end. */
const HOOKED: Partial<Module> = {
  beginBlock: (ctx) => {
    writeToy(ctx, "begun", ctx.height.toString());
    ctx.emit(event("begin", []));
  },
  endBlock: (ctx) => {
    writeToy(ctx, "ended", readToy(ctx, "a") ?? "nothing");
    ctx.emit(event("end", []));
    return [{ publicKey: new Uint8Array(32), power: ctx.height }];
  },
};

const writeTx = toyTxBytes({ does: ["write a"] });

describe("a block", () => {
  test("runs begin, transaction 0, the transactions and end, and gives all of it", () => {
    const chain = new ToyChain().begin();
    const failing = toyTxBytes({ does: ["fail"] });
    const outcome = chain.produce(1n, [writeTx, failing, utf8("junk")]);
    expect(outcome.txResults.map(({ code }) => code)).toEqual([0, 0, 18, 2]);
    expect(outcome.txResults[0]).toMatchObject({
      gasWanted: 0n,
      gasUsed: 0n,
      events: [event("injected", [["said", "zero"]])],
    });
    expect(outcome.txResults[3]?.log).toMatch(/: tx parse error$/);
    expect(outcome.events.map(({ type }) => type)).toEqual(["begin", "end"]);
    expect(outcome.validatorUpdates.map(({ power }) => power)).toEqual([1n]);
    expect(toyEntries(chain.committed())).toEqual([
      ["a", "1"],
      ["begun", "1"],
      ["count", "2"],
      ["ended", "1"],
      ["injected", "zero"],
      ["toy", "genesis of toy"],
    ]);
  });

  test("without transactions has the events of the missing transaction 0 among its own", () => {
    const chain = new ToyChain().begin();
    const outcome = chain.runner.finalize(chain.block(1n, []));
    expect(outcome.txResults).toEqual([]);
    expect(outcome.events.map(({ type }) => type)).toEqual(["begin", "injected", "end"]);
  });

  test("executed again before the commit comes out the same", () => {
    const chain = new ToyChain().begin();
    const block = chain.block(1n, [utf8("zero"), writeTx]);
    const first = chain.runner.finalize(block);
    chain.runner.finalize(chain.block(1n, [utf8("another"), writeTx, writeTx]));
    const again = chain.runner.finalize(block);
    expect(again).toEqual(first);
    expect(toHex(chain.runner.commit().appHash)).toBe(toHex(first.commitInfo.appHash));
  });

  test("leaves nothing before the commit, and CometBFT can begin anew after a crash", () => {
    const store = newStore();
    const before = new ToyChain({ store }).begin();
    const block = before.block(1n, [utf8("zero"), writeTx]);
    const expected = before.runner.finalize(block);
    const after = new ToyChain({ store });
    expect(after.runner.committed()).toBeUndefined();
    after.begin();
    expect(after.runner.finalize(block)).toEqual(expected);
  });

  test("that meets a fault of the machine is executed again from the start", () => {
    const chain = new ToyChain().begin();
    const crashing = chain.block(1n, [utf8("zero"), writeTx, toyTxBytes({ does: ["crash"] })]);
    expect(caught(() => chain.runner.finalize(crashing))).toMatchObject({ message: "disk full" });
    expect(chain.runner.committed()).toBeUndefined();
    const block = chain.block(1n, [utf8("zero"), writeTx]);
    const expected = new ToyChain().begin().runner.finalize(block);
    expect(chain.runner.finalize(block)).toEqual(expected);
  });

  test("that meets a fault of the program in a hook stops the node", () => {
    const fault = new InvariantError("no");
    const beginBlock = () => {
      throw fault;
    };
    const chain = new ToyChain({ modules: new Map([["toy", { beginBlock }]]) }).begin();
    expect(caught(() => chain.runner.finalize(chain.block(1n, [])))).toBe(fault);
  });
});

describe("the genesis", () => {
  test("is part of the first block's state and not committed before it", () => {
    const chain = new ToyChain().begin();
    expect(chain.runner.committed()).toBeUndefined();
    expect(readToy(chain.committed(), "toy")).toBe("genesis of toy");
    chain.produce(1n, []);
    expect(chain.runner.committed()?.version).toBe(1n);
    expect(readToy(chain.committed(), "toy")).toBe("genesis of toy");
  });

  test("gives the first validators", () => {
    const update = { publicKey: new Uint8Array(32), power: 3n };
    const modules = new Map([["toy", { initGenesis: () => [update] }]]);
    const chain = new ToyChain({ modules });
    expect(chain.runner.initChain(chain.genesis).validators).toEqual([update]);
  });

  test("may begin at any height", () => {
    const chain = new ToyChain();
    chain.runner.initChain({ ...chain.genesis, initialHeight: 100n });
    chain.produce(100n, [writeTx]);
    expect(chain.runner.committed()?.version).toBe(100n);
  });

  test("precedes the first block", () => {
    const chain = new ToyChain();
    const error = caught(() => chain.runner.finalize(chain.block(1n, [])));
    expect(error).toBeInstanceOf(InvariantError);
  });

  test("is read once", () => {
    const chain = new ToyChain().begin();
    chain.produce(1n, []);
    expect(caught(() => chain.begin())).toBeInstanceOf(InvariantError);
  });

  test("that a module refuses leaves no trace", () => {
    const chain = new ToyChain();
    const state = new Map([["toy", 5]]);
    const error = caught(() => chain.runner.initChain({ ...chain.genesis, state }));
    expect(invalidRequest.is(error)).toBe(true);
    expect(toyEntries(chain.committed())).toEqual([]);
  });
});

describe("checks", () => {
  const check = (chain: ToyChain, mode: "check" | "recheck" = "check", does = "write a") =>
    chain.runner.check(toyTx({ does: [does] }), toyHeader(1n), mode);

  test("build on each other and leave the state of blocks alone", () => {
    const counts: string[] = [];
    const ante: AnteHandler = (ctx, tx) => {
      countingAnte(ctx, tx);
      counts.push(readToy(ctx, "count") ?? "");
    };
    const chain = new ToyChain({ ante }).begin();
    check(chain);
    check(chain);
    chain.produce(1n, []);
    check(chain, "recheck");
    expect(counts).toEqual(["1", "2", "1"]);
    expect(readToy(chain.committed(), "count")).toBeUndefined();
  });

  test("that fail leave no trace for those after them", () => {
    const ante: AnteHandler = (ctx, tx) => {
      countingAnte(ctx, tx);
      if (readToy(ctx, "count") === "2") throw invalidRequest({ problem: "enough" });
    };
    const chain = new ToyChain({ ante }).begin();
    expect([check(chain), check(chain), check(chain)].map(({ code }) => code)).toEqual([0, 18, 18]);
  });

  test("know the time of the last block, or of the genesis", () => {
    const chain = new ToyChain().begin();
    expect(chain.runner.lastBlockTimeNs()).toBe(5n);
    chain.produce(1n, []);
    expect(chain.runner.lastBlockTimeNs()).toBe(1_000_000_000n);
  });

  test("refuse a transaction that wants more gas than a block has, before anything else", () => {
    const chain = new ToyChain({ maxGas: 999_999n }).begin();
    expect(check(chain)).toMatchObject({
      code: 41,
      codespace: "sdk",
      log: "tx gas limit 1000000 exceeds block max gas 999999: invalid gas limit",
    });
  });
});

describe("block gas", () => {
  const tx = (gasLimit: bigint) => toyTxBytes({ does: ["write a"], gasLimit });

  test("is what the parameters of the genesis say", () => {
    expect(new ToyChain({ maxGas: 7n }).begin().runner.maxBlockGas()).toBe(7n);
    expect(new ToyChain().begin().runner.maxBlockGas()).toBeUndefined();
  });

  test("ends the block where the limits of its transactions pass it", () => {
    const chain = new ToyChain({ maxGas: 250_000n }).begin();
    const { txResults } = chain.produce(1n, [tx(125_000n), tx(125_000n), tx(1n)]);
    expect(txResults.map(({ code }) => code)).toEqual([0, 0, 0, 11]);
    expect(txResults[3]).toMatchObject({
      log: "out of gas in location: block gas meter; gasWanted: 250001, gasUsed: 0: out of gas",
      gasUsed: 0n,
    });
    expect(readToy(chain.committed(), "count")).toBe("2");
  });

  test("refuses one that is over it alone, and what comes after", () => {
    const chain = new ToyChain({ maxGas: 250_000n }).begin();
    const { txResults } = chain.produce(1n, [tx(250_001n), tx(1n)]);
    expect(txResults.map(({ code }) => code)).toEqual([0, 41, 11]);
  });
});

describe("a program opens a state", () => {
  const committed = (modules: ReadonlyMap<string, Partial<Module>>): Store => {
    const chain = new ToyChain({ modules }).begin();
    chain.produce(1n, []);
    return chain.store;
  };
  const two = new Map([
    ["toy", {}],
    ["other", { consensusVersion: 3 }],
  ]);

  test("of its own modules and goes on", () => {
    const chain = new ToyChain({ store: committed(two), modules: two });
    chain.produce(2n, [writeTx]);
    expect(readToy(chain.committed(), "a")).toBe("2");
  });

  test.each<[string, ReadonlyMap<string, Partial<Module>>, object]>([
    [
      "a module has another version",
      new Map([
        ["toy", {}],
        ["other", { consensusVersion: 4 }],
      ]),
      { module: "other", state: 3n, program: 4 },
    ],
    [
      "a module is new",
      new Map([...two, ["third", {}]]),
      { module: "third", state: "none", program: 1 },
    ],
    ["a module is gone", new Map([["toy", {}]]), { module: "other", state: 3n, program: "none" }],
  ])("and refuses when %s", (_name, modules, detail) => {
    const store = committed(two);
    const error = caught(() => new ToyChain({ store, modules }));
    expect(moduleVersionMismatch.is(error)).toBe(true);
    expect(error).toMatchObject({ detail });
  });
});
