import type { TxResult } from "#core/baseapp/txResult.js";
import { toHex } from "#core/primitives/bytes.js";
import type { TestAccount } from "#test/harness/identities.js";
import type { SimNode } from "./network/simNode.js";
import { signDraft, type TxDraft } from "./txDraft.js";

/** A transaction on its way into a block. */
export interface PendingTx {
  readonly bytes: Uint8Array;
  readonly draft: TxDraft;
  /** Name of the operation that wants it. */
  readonly operation: string;
}

/** Blocks after which a transaction that no proposer takes is given up. */
const PATIENCE = 6;

/** Transactions that wait for a proposer, and those that blocks have had. */
export class Mempool {
  readonly #chainId: string;
  readonly #decided = new Map<string, PendingTx>();
  #waiting: Array<{ readonly tx: PendingTx; readonly isChecked: boolean; age: number }> = [];

  constructor(chainId: string) {
    this.#chainId = chainId;
  }

  get waiting(): readonly PendingTx[] {
    return this.#waiting.map(({ tx }) => tx);
  }

  /** Signs a draft with the sequences that its signers have once everything before is executed. */
  sign(node: SimNode, draft: TxDraft, operation: string): PendingTx {
    const bytes = signDraft(draft, this.#chainId, (signer) => this.#stateOf(node, signer));
    return { bytes, draft, operation };
  }

  /** Offers a transaction to a node as a client would; it waits if the node takes it. */
  submit(node: SimNode, tx: PendingTx): TxResult {
    const result = node.app.checkTx({ tx: tx.bytes, kind: "new" });
    if (result.code === 0) this.#waiting.push({ tx, isChecked: true, age: 0 });
    return result;
  }

  /** Takes a transaction that no node has checked: a proposer may order what it likes. */
  force(tx: PendingTx): void {
    this.#waiting.push({ tx, isChecked: false, age: 0 });
  }

  /** Forgets what a block had, gives up what is old, and lets a node check the rest again. */
  settle(node: SimNode, txs: readonly Uint8Array[]): void {
    const had = new Set(txs.map(toHex));
    for (const { tx } of this.#waiting) {
      if (had.has(toHex(tx.bytes))) this.#decided.set(toHex(tx.bytes), tx);
    }
    this.#waiting = this.#waiting.filter(({ tx }) => !had.has(toHex(tx.bytes)));
    for (const entry of this.#waiting) entry.age++;
    this.#waiting = this.#waiting.filter(
      ({ tx, age }) =>
        age < PATIENCE && node.app.checkTx({ tx: tx.bytes, kind: "recheck" }).code === 0,
    );
  }

  /** The draft behind the bytes of a decided or waiting transaction. */
  find(bytes: Uint8Array): PendingTx | undefined {
    const key = toHex(bytes);
    return this.#decided.get(key) ?? this.waiting.find((tx) => toHex(tx.bytes) === key);
  }

  #stateOf(node: SimNode, signer: TestAccount) {
    const { auth } = node.wiring.keepers;
    const account = auth.findAccount(node.context(), signer.address);
    const ahead = this.#waiting.filter(
      ({ tx, isChecked }) => isChecked && tx.draft.signers.some(({ text }) => text === signer.text),
    );
    const sequence = (account?.sequence ?? 0n) + BigInt(ahead.length);
    return { accountNumber: account?.number ?? 0n, sequence };
  }
}
