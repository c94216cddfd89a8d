import type {
  Delegation as DelegationRecord,
  UnbondingDelegation as UnbondingRecord,
  UnbondingDelegationEntry as EntryRecord,
} from "#core/codec/generated/cosmos/staking/v1beta1.js";
import { type Address, formatAddress, parseAddress } from "#core/crypto/address.js";
import { assertDefined } from "#core/primitives/assert.js";
import { parseUint } from "#core/primitives/intMath.js";
import { parseDecDigits } from "./decText.js";
import { toNs, toTimestamp } from "./time.js";

/** Shares of one delegator in one validator. */
export interface Delegation {
  readonly delegator: Address;
  readonly operator: Address;
  /** A decimal, positive. */
  readonly shares: bigint;
}

/** Tokens that left a validator at one height and are paid out at one time. */
export interface UnbondingEntry {
  readonly creationHeight: bigint;
  readonly completionTimeNs: bigint;
  /** Base units that left; what slashing computes with. */
  readonly initialBalance: bigint;
  /** Base units that are still to be paid out. */
  readonly balance: bigint;
  readonly id: bigint;
}

/** All that one delegator unbonds from one validator, in the order it was begun. */
export interface UnbondingDelegation {
  readonly delegator: Address;
  readonly operator: Address;
  readonly entries: readonly UnbondingEntry[];
}

/** The delegation as the SDK stores and serves it. */
export function toDelegationRecord({ delegator, operator, shares }: Delegation): DelegationRecord {
  return { ...pairRecord(delegator, operator), shares: shares.toString() };
}

/** Inverse of {@link toDelegationRecord}, of a record that was validated or stored by us. */
export function fromDelegationRecord(record: DelegationRecord): Delegation {
  const shares = assertDefined(parseDecDigits(record.shares), "stored shares are digits");
  return { ...pairOf(record), shares };
}

/** The unbonding delegation as the SDK stores and serves it. */
export function toUnbondingRecord(unbonding: UnbondingDelegation): UnbondingRecord {
  const { delegator, operator, entries } = unbonding;
  return { ...pairRecord(delegator, operator), entries: entries.map(toEntryRecord) };
}

/** Inverse of {@link toUnbondingRecord}, of a record that was validated or stored by us. */
export function fromUnbondingRecord(record: UnbondingRecord): UnbondingDelegation {
  return { ...pairOf(record), entries: record.entries.map(fromEntryRecord) };
}

/** Whether an entry is paid out by a block of the given time. */
export function isMature(entry: UnbondingEntry, timeNs: bigint): boolean {
  return entry.completionTimeNs <= timeNs;
}

/** Adds an entry; one of the same height and completion time takes it in and keeps its id. */
export function addEntry(
  entries: readonly UnbondingEntry[],
  added: UnbondingEntry,
): readonly UnbondingEntry[] {
  const isSame = (entry: UnbondingEntry): boolean =>
    entry.creationHeight === added.creationHeight &&
    entry.completionTimeNs === added.completionTimeNs;
  if (!entries.some(isSame)) return [...entries, added];
  return entries.map((entry) =>
    isSame(entry)
      ? {
          ...entry,
          initialBalance: entry.initialBalance + added.initialBalance,
          balance: entry.balance + added.balance,
        }
      : entry,
  );
}

function toEntryRecord(entry: UnbondingEntry): EntryRecord {
  return {
    creationHeight: entry.creationHeight,
    completionTime: toTimestamp(entry.completionTimeNs),
    initialBalance: entry.initialBalance.toString(),
    balance: entry.balance.toString(),
    unbondingId: entry.id,
    unbondingOnHoldRefCount: 0n,
  };
}

function fromEntryRecord(record: EntryRecord): UnbondingEntry {
  const [initialBalance, balance] = [parseUint(record.initialBalance), parseUint(record.balance)];
  return {
    creationHeight: record.creationHeight,
    completionTimeNs: toNs(record.completionTime),
    initialBalance: assertDefined(initialBalance, "stored balances are digits"),
    balance: assertDefined(balance, "stored balances are digits"),
    id: record.unbondingId,
  };
}

interface PairRecord {
  delegatorAddress: string;
  validatorAddress: string;
}

function pairRecord(delegator: Address, operator: Address): PairRecord {
  return {
    delegatorAddress: formatAddress("account", delegator),
    validatorAddress: formatAddress("operator", operator),
  };
}

function pairOf(record: PairRecord): Pick<Delegation, "delegator" | "operator"> {
  return {
    delegator: parseAddress("account", record.delegatorAddress),
    operator: parseAddress("operator", record.validatorAddress),
  };
}
