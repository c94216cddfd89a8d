import { AuthKeeper } from "#modules/auth/index.js";
import { BankKeeper, Transfers } from "#modules/bank/index.js";
import { RewardKeeper, rewardHooks, rewardModule } from "#modules/reward/index.js";
import { defaultGenesis } from "#modules/reward/types/genesis.js";
import { exportGenesis, initGenesis } from "#modules/reward/keeper/genesis.js";
import { Context } from "#core/baseapp/context.js";
import { type Address, formatAddress, moduleAddress, truncatedHash } from "#core/crypto/address.js";
import { utf8 } from "#core/primitives/bytes.js";
import { coin } from "#core/primitives/coin.js";
import { openStore } from "#core/store/multistore.js";
import { StoreKey } from "#core/store/storeKey.js";
import type { StoreBranch } from "#core/store/store.js";
import { ShareLedger } from "./shareLedger.js";

/** The only denomination of the fixture. */
export const DENOM = "unes";

/** An account or validator by a readable name. */
export function addressOf(name: string): Address {
  return truncatedHash(utf8(name));
}

/** Bech32 text of an account by its readable name. */
export function accountText(name: string): string {
  return formatAddress("account", addressOf(name));
}

/** Bech32 text of an operator by its readable name. */
export function operatorText(name: string): string {
  return formatAddress("operator", addressOf(name));
}

/** Names of the module accounts of the fixture: `escrow` stands for inference. */
const MODULE_ACCOUNTS = new Map<string, readonly string[]>([
  ["fee_collector", []],
  ["reward", []],
  ["escrow", []],
  ["mint", ["minter"]],
]);

/** Reward with the real auth and bank and a share ledger in place of staking, in memory. */
export class RewardFixture {
  readonly keys = {
    auth: new StoreKey("acc"),
    bank: new StoreKey("bank"),
    reward: new StoreKey("reward"),
  };
  readonly #store = openStore({
    memory: true,
    stores: [this.keys.auth, this.keys.bank, this.keys.reward],
  });
  readonly branch: StoreBranch = this.#store.branch();
  readonly auth = new AuthKeeper(this.keys.auth, MODULE_ACCOUNTS);
  readonly bankKeeper = new BankKeeper(this.keys.bank);
  readonly bank = new Transfers(this.bankKeeper, this.auth);
  readonly staking = new ShareLedger(DENOM);
  readonly keeper = new RewardKeeper(this.keys.reward, { bank: this.bank, staking: this.staking });
  readonly module = rewardModule(this.keeper);
  ctx: Context = this.contextAt(1n);

  constructor(genesis = defaultGenesis()) {
    this.staking.hooks = rewardHooks(this.keeper);
    initGenesis(this.ctx, this.keeper, genesis);
  }

  /** A context of a later block over the same state; becomes {@link ctx}. */
  next(): Context {
    this.ctx = this.contextAt(this.ctx.height + 1n);
    return this.ctx;
  }

  contextAt(height: bigint): Context {
    const header = { chainId: "test", height, timeNs: 0n, proposerAddress: new Uint8Array(20) };
    return new Context({ header, mode: "deliver", branch: this.branch });
  }

  /** Makes coins in a module's account. */
  fund(module: string, amount: bigint): void {
    if (amount === 0n) return;
    this.bank.mint(this.ctx, "mint", [coin(DENOM, amount)]);
    this.bank.sendBetweenModules(this.ctx, "mint", module, [coin(DENOM, amount)]);
  }

  balance(address: Address): bigint {
    return this.bankKeeper.balance(this.ctx, address, DENOM);
  }

  moduleBalance(name: string): bigint {
    return this.balance(moduleAddress(name));
  }

  createValidator(name: string): void {
    this.staking.create(this.ctx, addressOf(name), addressOf(`${name} consensus`));
  }

  delegate(delegator: string, operator: string, tokens: bigint): void {
    this.staking.delegate(this.ctx, addressOf(delegator), addressOf(operator), tokens);
  }

  /** Runs a block's beginning with the given fees in the collector. */
  beginBlock(fees: bigint, lastCommit = this.staking.lastCommit()): void {
    this.next();
    this.fund("fee_collector", fees);
    const report = { lastCommit, lastCommitRound: 0, misbehavior: [] };
    this.module.beginBlock?.(this.ctx, report);
  }

  /** Everything that reward and bank have stored. */
  snapshot(): unknown {
    return {
      reward: exportGenesis(this.ctx, this.keeper),
      balances: [...this.bankKeeper.balances.iterate(this.ctx.kv(this.keys.bank))],
    };
  }

  /** Sentences of the invariants that do not hold. */
  brokenInvariants(): string[] {
    return this.module.invariants.flatMap(({ name, check }) => {
      const problem = check(this.ctx);
      return problem === undefined ? [] : [`${name}: ${problem}`];
    });
  }
}
