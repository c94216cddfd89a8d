import { Context, type ExecutionMode } from "#core/baseapp/context.js";
import { ModuleManager } from "#core/baseapp/moduleManager.js";
import type { PageRequest } from "#core/codec/generated/cosmos/base/query/v1beta1.js";
import type { JsonObject } from "#core/codec/json.js";
import type { MessageCodec } from "#core/codec/message.js";
import type { Service } from "#core/codec/service.js";
import { toHex } from "#core/primitives/bytes.js";
import type { Coin } from "#core/primitives/coin.js";
import { ChainError } from "#core/primitives/errors.js";
import type { Event } from "#core/primitives/event.js";
import { openStore } from "#core/store/multistore.js";
import type { StoreBranch } from "#core/store/store.js";
import { StoreKey } from "#core/store/storeKey.js";
import { AuthKeeper, authModule } from "#modules/auth/index.js";
import { BankKeeper, bankModule, Transfers } from "#modules/bank/index.js";
import type { TestAccount } from "./identities.js";

/** Module accounts of the chain: one without permissions, one that makes coins, one that burns. */
export const COIN_MODULES: ReadonlyMap<string, readonly string[]> = new Map([
  ["fee_collector", []],
  ["mint", ["minter"]],
  ["furnace", ["burner"]],
]);

/** The first page with its total, of the size that a request names. */
export function pageOf(changes: Partial<PageRequest>): PageRequest {
  const first = { key: new Uint8Array(0), offset: 0n, limit: 0n, countTotal: false };
  return { ...first, reverse: false, ...changes };
}

/** Accounts and coins alone, in memory: the real auth and bank, without an ante chain. */
export class CoinChain {
  readonly keys = { auth: new StoreKey("acc"), bank: new StoreKey("bank") };
  readonly auth = new AuthKeeper(this.keys.auth, COIN_MODULES);
  readonly bank = new BankKeeper(this.keys.bank);
  readonly transfers = new Transfers(this.bank, this.auth);
  readonly manager = new ModuleManager(
    [authModule(this.auth), bankModule(this.bank, this.transfers, this.auth)],
    { genesis: ["auth", "bank"], beginBlock: [], endBlock: [] },
  );
  readonly branch: StoreBranch = openStore({
    memory: true,
    stores: [this.keys.auth, this.keys.bank],
  }).branch();

  /** Starts from the default genesis with changes; sections are JSON as a file has it. */
  constructor(edit: (sections: Record<string, JsonObject>) => void = () => undefined) {
    const sections = this.manager.defaultGenesis() as Record<string, JsonObject>;
    edit(sections);
    this.manager.initGenesis(this.context("genesis"), new Map(Object.entries(sections)));
  }

  context(mode: ExecutionMode = "deliver"): Context {
    const header = { chainId: "coins-1", height: 2n, timeNs: 0n };
    const proposerAddress = new Uint8Array(20);
    return new Context({ header: { ...header, proposerAddress }, mode, branch: this.branch });
  }

  /** Checks a message and runs its handler; gives the events, throws what it refuses. */
  deliver<T extends object>(codec: MessageCodec<T>, message: T): readonly Event[] {
    const route = this.manager.msgs.find(codec.typeUrl);
    if (route === undefined) throw new Error(`no handler of ${codec.typeUrl}`);
    const ctx = this.context();
    route.validate(message);
    route.handle(ctx, message);
    return ctx.events;
  }

  /** Answers a query by the codecs that the service names. */
  ask(service: Service, name: string, request: object = {}): object {
    const route = this.manager.queries.find(`/${service.typeName}/${name}`);
    if (route === undefined) throw new Error(`no query ${name}`);
    const { codecs } = route.handle;
    const asked = codecs.request.decode(codecs.request.encode(codecs.request.create(request)));
    const answer = route.handle(this.context("query"), asked);
    return codecs.response.decode(codecs.response.encode(answer));
  }

  /** Gives coins that were not there before to an account. */
  fund(account: TestAccount, coins: readonly Coin[]): void {
    const ctx = this.context();
    this.transfers.mint(ctx, "mint", coins);
    this.transfers.sendFromModule(ctx, "mint", account.address, coins);
  }

  balances(account: TestAccount): Coin[] {
    return this.bank.balancesOf(this.context(), account.address);
  }

  /** The state as genesis sections. */
  exported(): JsonObject {
    return this.manager.exportGenesis(this.context("query"));
  }

  /** Every entry of both stores. */
  state(): readonly string[] {
    const ctx = this.context("query");
    return [this.keys.auth, this.keys.bank].flatMap((key) =>
      [...ctx.kv(key).iterate({})].map(
        (entry) => `${key.name} ${toHex(entry.key)} ${toHex(entry.value)}`,
      ),
    );
  }

  /** Invariants that do not hold, with what they say. */
  broken(): string[] {
    return this.manager.invariants().flatMap(({ name, check }) => {
      const problem = check(this.context("query"));
      return problem === undefined ? [] : [`${name}: ${problem}`];
    });
  }
}

/** How something is refused: `codespace/code` and the sentence; "accepted" when it is not. */
export function refusalOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof ChainError) return `${error.codespace}/${error.code} ${error.message}`;
    throw error;
  }
  return "accepted";
}

/** Events as lines: the type, then `key=value` for every attribute. */
export function linesOf(events: readonly Event[]): string[] {
  return events.map(({ type, attributes }) =>
    [type, ...attributes.map(({ key, value }) => `${key}=${value}`)].join(" "),
  );
}
