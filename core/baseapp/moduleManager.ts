import { assert, assertDefined } from "#core/primitives/assert.js";
import { defineError } from "#core/primitives/errors.js";
import { compareText } from "#core/primitives/sorted.js";
import type { JsonObject, JsonValue } from "#core/codec/json.js";
import { TypeRegistry } from "#core/codec/typeRegistry.js";
import type { Context } from "./context.js";
import type { BlockReport, Invariant, Module, ValidatorUpdate } from "./module.js";
import { QueryRouter } from "./queryRouter.js";
import { MsgRouter } from "./router.js";

/** The genesis file's `app_state` lacks a section or has one that no module owns. */
export const genesisSection = defineError("genesis", {
  code: 2,
  summary: "genesis sections do not match the modules",
});

/** Module names in the order each phase visits them; the reasons stand in `app/modules.ts`. */
export interface ModuleOrder {
  readonly genesis: readonly string[];
  readonly beginBlock: readonly string[];
  readonly endBlock: readonly string[];
}

/** Holds the modules and visits them in the orders that `app` decided. */
export class ModuleManager {
  readonly modules: readonly Module[];
  readonly types = new TypeRegistry();
  readonly msgs = new MsgRouter();
  readonly queries = new QueryRouter();
  readonly #order: ModuleOrder;

  constructor(modules: readonly Module[], order: ModuleOrder) {
    this.modules = modules;
    this.#order = order;
    requireSame("genesis order", order.genesis, modules);
    requireSame("begin order", order.beginBlock, modules.filter(hasBeginBlock));
    requireSame("end order", order.endBlock, modules.filter(hasEndBlock));
    for (const module of modules) {
      module.registerMsgs(this.msgs);
      module.registerQueries(this.queries);
      for (const codec of module.types) this.types.register(codec);
    }
    for (const route of this.msgs.routes()) {
      this.types.register(route.codec);
      this.types.register(route.responseCodec);
    }
  }

  /** `app_state` of a new chain before anything was added to it. */
  defaultGenesis(): JsonObject {
    const state: JsonObject = {};
    for (const module of this.#inOrder(this.#order.genesis)) {
      for (const section of module.genesisSections) state[section.name] = section.defaultState();
    }
    return state;
  }

  /** Checks every section by itself; throws a ChainError that names the path at fault. */
  validateGenesis(state: ReadonlyMap<string, JsonValue>): void {
    const known = this.modules.flatMap((module) => module.genesisSections);
    for (const name of state.keys()) {
      if (!known.some((section) => section.name === name)) {
        throw genesisSection({ at: `app_state.${name}`, problem: "no module owns it" });
      }
    }
    for (const section of known) section.validate(sectionOf(state, section.name));
  }

  /** Builds the state of a new chain and returns its first validator set. */
  initGenesis(ctx: Context, state: ReadonlyMap<string, JsonValue>): readonly ValidatorUpdate[] {
    this.validateGenesis(state);
    return this.#inOrder(this.#order.genesis).flatMap((module) => {
      const names = module.genesisSections.map((section) => section.name);
      const sections = new Map(names.map((name) => [name, sectionOf(state, name)]));
      return module.initGenesis(ctx, sections) ?? [];
    });
  }

  exportGenesis(ctx: Context): JsonObject {
    const state: JsonObject = {};
    for (const module of this.#inOrder(this.#order.genesis)) {
      const sections = module.exportGenesis(ctx);
      for (const { name } of module.genesisSections) {
        state[name] = assertDefined(sections.get(name), `${module.name} exports ${name}`);
      }
    }
    return state;
  }

  /** The first flaw that a module finds in its blobs, with the module's name before it. */
  findBlobFlaw(ctx: Context): string | undefined {
    for (const module of this.modules) {
      const flaw = module.findBlobFlaw?.(ctx);
      if (flaw !== undefined) return `${module.name}: ${flaw}`;
    }
    return undefined;
  }

  beginBlock(ctx: Context, report: BlockReport): void {
    for (const module of this.#inOrder(this.#order.beginBlock)) module.beginBlock?.(ctx, report);
  }

  /** Validator updates of all modules; staking alone returns any. */
  endBlock(ctx: Context, report: BlockReport): readonly ValidatorUpdate[] {
    return this.#inOrder(this.#order.endBlock).flatMap(
      (module) => module.endBlock?.(ctx, report) ?? [],
    );
  }

  /** Every module's invariants, with the module's name before theirs. */
  invariants(): readonly Invariant[] {
    return this.modules.flatMap((module) =>
      module.invariants.map(({ name, check }) => ({ name: `${module.name}/${name}`, check })),
    );
  }

  #inOrder(names: readonly string[]): readonly Module[] {
    return names.map((name) =>
      assertDefined(
        this.modules.find((module) => module.name === name),
        `a module is called ${name}`,
      ),
    );
  }
}

function hasBeginBlock(module: Module): boolean {
  return module.beginBlock !== undefined;
}

function hasEndBlock(module: Module): boolean {
  return module.endBlock !== undefined;
}

/** A module that an order forgets would silently lose its genesis or its hook. */
function requireSame(what: string, names: readonly string[], modules: readonly Module[]): void {
  const given = [...names].sort(compareText);
  const wanted = modules.map(({ name }) => name).sort(compareText);
  const same = given.length === wanted.length && given.every((name, at) => name === wanted[at]);
  assert(same, `the ${what} names every such module once: ${wanted.join(", ")}`);
}

function sectionOf(state: ReadonlyMap<string, JsonValue>, name: string): JsonValue {
  const section = state.get(name);
  if (section === undefined) {
    throw genesisSection({ at: `app_state.${name}`, problem: "section is missing" });
  }
  return section;
}
