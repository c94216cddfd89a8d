import { describe, expect, test } from "vitest";
import { event } from "#core/primitives/event.js";
import { openStore } from "#core/store/multistore.js";
import { caught } from "#test/harness/caught.js";
import { readToy, TOY_STORE, toyEntries, toyHeader, writeToy } from "#test/harness/toyChain.js";
import { Context } from "./context.js";
import { GasMeter } from "./gas.js";

function contextWith(gas?: GasMeter): Context {
  const branch = openStore({ memory: true, stores: [TOY_STORE], chainId: "toy-1" }).branch();
  const parts = { header: toyHeader(7n), mode: "deliver", branch } as const;
  return new Context(gas === undefined ? parts : { ...parts, gas });
}

const named = (name: string) => event(name, []);

describe("a context", () => {
  test("keeps its events in the order in which they were emitted", () => {
    const ctx = contextWith();
    for (const name of ["b", "a", "b"]) ctx.emit(named(name));
    expect(ctx.events.map(({ type }) => type)).toEqual(["b", "a", "b"]);
    expect(ctx.height).toBe(7n);
  });

  test("charges the store to a meter with a limit", () => {
    const ctx = contextWith(new GasMeter(10_000n));
    writeToy(ctx, "key", "value");
    expect(ctx.gas.used).toBe(2_240n);
  });

  test("charges nothing for the store without a limit", () => {
    const ctx = contextWith();
    writeToy(ctx, "key", "value");
    ctx.gas.charge(5n, "said outright");
    expect(ctx.gas.used).toBe(5n);
  });
});

describe("work done atomically", () => {
  test("keeps writes and events, in their place, when it returns", () => {
    const ctx = contextWith();
    ctx.emit(named("before"));
    const result = ctx.atomically((inner) => {
      writeToy(inner, "a", "1");
      inner.emit(named("inside"));
      return "done";
    });
    ctx.emit(named("after"));
    expect(result).toBe("done");
    expect(readToy(ctx, "a")).toBe("1");
    expect(ctx.events.map(({ type }) => type)).toEqual(["before", "inside", "after"]);
  });

  test("drops writes and events, and passes the error on, when it throws", () => {
    const ctx = contextWith(new GasMeter(100_000n));
    writeToy(ctx, "a", "1");
    const failure = new Error("no");
    const spent = ctx.gas.used;
    const error = caught(() =>
      ctx.atomically((inner) => {
        writeToy(inner, "a", "2");
        writeToy(inner, "b", "2");
        inner.emit(named("inside"));
        throw failure;
      }),
    );
    expect(error).toBe(failure);
    expect(ctx.events).toEqual([]);
    expect(ctx.gas.used).toBeGreaterThan(spent);
    expect(toyEntries(ctx)).toEqual([["a", "1"]]);
  });

  test("nests", () => {
    const ctx = contextWith();
    ctx.atomically((outer) => {
      writeToy(outer, "outer", "1");
      caught(() =>
        outer.atomically((inner) => {
          writeToy(inner, "inner", "1");
          throw new Error("no");
        }),
      );
    });
    expect(toyEntries(ctx)).toEqual([["outer", "1"]]);
  });
});
