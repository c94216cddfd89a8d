import { type Address, formatAddress } from "#core/crypto/address.js";
import { BaseAccount, ModuleAccount } from "#core/codec/generated/cosmos/auth/v1beta1.js";
import type { Any } from "#core/codec/generated/google/protobuf.js";
import { pack, type PackedMessage } from "#core/codec/typeRegistry.js";

/** An account of a person or of a module. */
export interface Account {
  readonly address: Address;
  /** Number given when the account was made; part of what is signed. */
  readonly number: bigint;
  /** Sequence that the next transaction must carry. */
  readonly sequence: bigint;
  /** Any of the public key, once the account has signed. */
  readonly publicKey: Any | undefined;
  /** Name and permissions of a module's account. */
  readonly module?: { readonly name: string; readonly permissions: readonly string[] };
}

/** The account as the SDK's queries and genesis hold it. */
export function toBaseAccount(account: Account): BaseAccount {
  return {
    address: formatAddress("account", account.address),
    pubKey: account.publicKey,
    accountNumber: account.number,
    sequence: account.sequence,
  };
}

/** The Any that the store, queries and genesis hold. */
export function packAccount(account: Account): PackedMessage {
  const baseAccount = toBaseAccount(account);
  if (account.module === undefined) return pack(BaseAccount, baseAccount);
  const { name, permissions } = account.module;
  return pack(ModuleAccount, { baseAccount, name, permissions: [...permissions] });
}

/**
 * Inverse of {@link packAccount} for an account with a known address; undefined for an Any of
 * another type.
 */
export function unpackAccount(packed: PackedMessage, address: Address): Account | undefined {
  if (packed.typeUrl === BaseAccount.typeUrl) {
    return fromBase(BaseAccount.decode(packed.value), address);
  }
  if (packed.typeUrl !== ModuleAccount.typeUrl) return undefined;
  const { baseAccount, name, permissions } = ModuleAccount.decode(packed.value);
  if (baseAccount === undefined) return undefined;
  return { ...fromBase(baseAccount, address), module: { name, permissions } };
}

function fromBase(base: BaseAccount, address: Address): Account {
  return {
    address,
    number: base.accountNumber,
    sequence: base.sequence,
    publicKey: base.pubKey,
  };
}
