import { BaseAccount } from "#core/codec/generated/cosmos/auth/v1beta1.js";
import { PubKey } from "#core/codec/generated/cosmos/crypto/secp256k1.js";
import { AuthInfo, TxBody, TxRaw } from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { TxMsgData } from "#core/codec/generated/cosmos/base/abci/v1beta1.js";
import { directSignBytes } from "#core/codec/tx.js";
import { pack, type PackedMessage } from "#core/codec/typeRegistry.js";
import { accountAddress, formatAddress } from "#core/crypto/address.js";
import { sha256 } from "#core/crypto/hash.js";
import { verifySecp256k1 } from "#core/crypto/secp256k1.js";
import { toHex } from "#core/primitives/bytes.js";
import type { Event } from "#core/primitives/event.js";
import type { TxResult } from "#sdk/rpc/txResult.js";
import { LIGHT_CHAIN } from "./lightChain.js";

/** Thrown by a handler of a message, or by a check: the transaction fails with it. */
export class TxFault extends Error {
  readonly codespace: string;
  readonly code: number;

  constructor(codespace: string, code: number, log: string) {
    super(log);
    this.codespace = codespace;
    this.code = code;
  }
}

/** What a message did. */
export interface MessageOutcome {
  readonly response: PackedMessage;
  readonly events?: readonly Event[];
}

/** Runs a message; may throw a TxFault. */
export type MessageHandler = (value: Uint8Array, height: bigint) => MessageOutcome;

/** A block of the fake chain. */
export interface FakeBlock {
  readonly results: readonly TxResult[];
  readonly events: readonly Event[];
}

interface Account {
  readonly number: bigint;
  /** After the last block, and with the mempool's transactions counted. */
  sequence: bigint;
  checked: bigint;
}

interface ParsedTx {
  readonly bytes: Uint8Array;
  readonly address: string;
  readonly body: TxBody;
  readonly authInfo: AuthInfo;
}

const NO_BYTES = new Uint8Array(0);

/**
 * Accounts, mempool and blocks of a chain with plug-in messages: checks signatures, sequences and
 * timeout heights as the real one does, and nothing else.
 */
export class FakeChain {
  readonly messages = new Map<string, MessageHandler>();
  readonly txs = new Map<string, { height: bigint; index: number; tx: Uint8Array }>();
  readonly blocks: FakeBlock[] = [];
  /** Called before each block is made, with its height. */
  beforeBlock: (height: bigint) => readonly Event[] = () => [];
  /** Looks at a transaction before the mempool takes it; may throw a TxFault. */
  beforeCheck: (body: TxBody, authInfo: AuthInfo) => void = () => undefined;
  gasUsed = 50_000n;
  readonly #accounts = new Map<string, Account>();
  #mempool: Uint8Array[] = [];

  get height(): bigint {
    return BigInt(this.blocks.length);
  }

  get mempoolSize(): number {
    return this.#mempool.length;
  }

  /** Makes an account that has sent `sequence` transactions. */
  fund(address: string, sequence = 0n): void {
    const number = BigInt(this.#accounts.size + 5);
    this.#accounts.set(address, { number, sequence, checked: sequence });
  }

  /** Uses sequences up, as transactions sent from elsewhere do. */
  skipSequences(address: string, count: bigint): void {
    const account = this.#account(address);
    account.sequence += count;
    account.checked += count;
  }

  /** Forgets what the mempool holds, as a restarted node does. */
  dropMempool(): void {
    this.#mempool = [];
    for (const account of this.#accounts.values()) account.checked = account.sequence;
  }

  findAccount(address: string): BaseAccount | undefined {
    const found = this.#accounts.get(address);
    if (found === undefined) return undefined;
    const { number: accountNumber, sequence } = found;
    return { address, pubKey: undefined, accountNumber, sequence };
  }

  /** The mempool's verdict; throws a TxFault. */
  check(bytes: Uint8Array): void {
    const tx = parse(bytes);
    this.beforeCheck(tx.body, tx.authInfo);
    const account = this.#account(tx.address);
    requireSequence(tx, account.checked);
    verifySignature(tx, account.number);
    account.checked += 1n;
    this.#mempool.push(bytes);
  }

  /** Throws a TxFault unless the transaction would run on the last state; gives its gas. */
  simulate(bytes: Uint8Array): bigint {
    const tx = parse(bytes);
    requireSequence(tx, this.#account(tx.address).sequence);
    return this.gasUsed;
  }

  /** Makes a block of what the mempool holds. */
  makeBlock(): void {
    const height = this.height + 1n;
    const events = this.beforeBlock(height);
    const results = this.#mempool.map((bytes, index) => {
      this.txs.set(toHex(sha256(bytes)), { height, index, tx: bytes });
      return this.#deliver(bytes, height);
    });
    this.#mempool = [];
    this.blocks.push({ results, events });
  }

  #deliver(bytes: Uint8Array, height: bigint): TxResult {
    const tx = parse(bytes);
    const { gasLimit: gasWanted } = tx.authInfo.fee!;
    const used = { gasWanted, gasUsed: this.gasUsed };
    try {
      const { timeoutHeight, messages } = tx.body;
      if (timeoutHeight > 0n && height > timeoutHeight) throw new TxFault("sdk", 30, "timeout");
      this.#account(tx.address).sequence += 1n;
      if (gasWanted < this.gasUsed) throw new TxFault("sdk", 11, "out of gas");
      const outcomes = messages.map(({ typeUrl, value }) => {
        const handler = this.messages.get(typeUrl);
        if (handler === undefined) throw new TxFault("sdk", 6, `unknown message ${typeUrl}`);
        return handler(value, height);
      });
      const msgResponses = outcomes.map(({ response }) => response);
      const data = TxMsgData.encode({ data: [], msgResponses });
      const events = outcomes.flatMap((one) => one.events ?? []);
      return { code: 0, codespace: "", log: "", data, ...used, events };
    } catch (error) {
      if (!(error instanceof TxFault)) throw error;
      const { code, codespace, message: log } = error;
      return { code, codespace, log, data: NO_BYTES, ...used, events: [] };
    }
  }

  #account(address: string): Account {
    const found = this.#accounts.get(address);
    if (found === undefined) throw new TxFault("sdk", 9, `account ${address} not found`);
    return found;
  }
}

function parse(bytes: Uint8Array): ParsedTx {
  const raw = TxRaw.decodeCanonical(bytes);
  const authInfo = AuthInfo.decode(raw.authInfoBytes);
  const { key } = PubKey.decode(authInfo.signerInfos[0]!.publicKey!.value);
  const address = formatAddress("account", accountAddress(key));
  return { bytes, address, body: TxBody.decode(raw.bodyBytes), authInfo };
}

function requireSequence({ authInfo }: ParsedTx, expected: bigint): void {
  const got = authInfo.signerInfos[0]!.sequence;
  if (got === expected) return;
  const log = `account sequence mismatch, expected ${expected}, got ${got}: incorrect account sequence`;
  throw new TxFault("sdk", 32, log);
}

function verifySignature({ bytes, authInfo }: ParsedTx, accountNumber: bigint): void {
  const raw = TxRaw.decode(bytes);
  const message = directSignBytes(raw, { chainId: LIGHT_CHAIN, accountNumber });
  const { key: publicKey } = PubKey.decode(authInfo.signerInfos[0]!.publicKey!.value);
  const [signature = NO_BYTES] = raw.signatures;
  if (!verifySecp256k1({ publicKey, message, signature })) {
    throw new TxFault("sdk", 4, "signature verification failed");
  }
}

/** The Any in which `Query/Account` answers an account. */
export function packedAccount(account: BaseAccount): PackedMessage {
  return pack(BaseAccount, account);
}
