import { type Address, formatAddress } from "#core/crypto/address.js";
import { type Coin, formatCoins } from "#core/primitives/coin.js";
import { type Event, event } from "#core/primitives/event.js";

/** Coins left an account. */
export function coinSpent(spender: Address, coins: readonly Coin[]): Event {
  return event("coin_spent", [
    ["spender", text(spender)],
    ["amount", formatCoins(coins)],
  ]);
}

/** Coins reached an account. */
export function coinReceived(receiver: Address, coins: readonly Coin[]): Event {
  return event("coin_received", [
    ["receiver", text(receiver)],
    ["amount", formatCoins(coins)],
  ]);
}

/** Coins went from one account to another. */
export function transferred(from: Address, to: Address, coins: readonly Coin[]): Event {
  return event("transfer", [
    ["recipient", text(to)],
    ["sender", text(from)],
    ["amount", formatCoins(coins)],
  ]);
}

/** A module made coins. */
export function minted(minter: Address, coins: readonly Coin[]): Event {
  return event("coinbase", [
    ["minter", text(minter)],
    ["amount", formatCoins(coins)],
  ]);
}

/** A module destroyed coins. */
export function burnt(burner: Address, coins: readonly Coin[]): Event {
  return event("burn", [
    ["burner", text(burner)],
    ["amount", formatCoins(coins)],
  ]);
}

function text(address: Address): string {
  return formatAddress("account", address);
}
