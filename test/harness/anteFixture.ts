import { createAnteHandler } from "#app/ante/anteHandler.js";
import type { GasPrice } from "#app/ante/anteParts.js";
import { SignatureVerifier } from "#app/ante/signatureVerifier.js";
import { Context, type ExecutionMode } from "#core/baseapp/context.js";
import { MsgRouter } from "#core/baseapp/router.js";
import { TxRunner } from "#core/baseapp/txRunner.js";
import type { TxResult } from "#core/baseapp/txResult.js";
import type { AuthInfo as AuthInfoType } from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { MsgSend, MsgSendResponse } from "#core/codec/generated/cosmos/bank/v1beta1.js";
import { MsgUnjail, MsgUnjailResponse } from "#core/codec/generated/cosmos/slashing/v1beta1.js";
import { SignMode } from "#core/codec/generated/cosmos/tx/signing/v1beta1.js";
import { AuthInfo, type ModeInfo, TxBody, TxRaw } from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { decodeTx, directSignBytes } from "#core/codec/tx.js";
import { pack, type PackedMessage, TypeRegistry } from "#core/codec/typeRegistry.js";
import { type Coin, coin } from "#core/primitives/coin.js";
import { invalidRequest } from "#core/primitives/sdkErrors.js";
import { openStore } from "#core/store/multistore.js";
import { StoreKey } from "#core/store/storeKey.js";
import { AuthKeeper } from "#modules/auth/index.js";
import { exportGenesis as exportAuth, initGenesis } from "#modules/auth/keeper/genesis.js";
import type { Account } from "#modules/auth/types/account.js";
import { defaultGenesis } from "#modules/auth/types/genesis.js";
import { FEE_COLLECTOR } from "#modules/auth/types/keys.js";
import { packPublicKey } from "#modules/auth/types/publicKey.js";
import { BankKeeper, Transfers } from "#modules/bank/index.js";
import type { TestAccount } from "./identities.js";

export const ANTE_CHAIN = "ante-1";
export const FEE_DENOM = "unes";

/** How one signer signs; the rest is as it should be. */
export interface SignerSpec {
  readonly account: TestAccount;
  /** By default the account's. */
  readonly sequence?: bigint;
  /** By default the account's. */
  readonly accountNumber?: bigint;
  readonly mode?: SignMode;
  /** In place of a single mode. */
  readonly modeInfo?: ModeInfo;
  /** Left out for "none". */
  readonly key?: PackedMessage | "none";
  /** In place of a real one. */
  readonly signature?: Uint8Array;
}

/** What a test says about a transaction; the rest has defaults. */
export interface AnteTx {
  readonly signers: readonly SignerSpec[];
  /** By default a transfer of 1 by each signer to itself. */
  readonly messages?: readonly PackedMessage[];
  readonly fee?: readonly Coin[];
  readonly gasLimit?: bigint;
  readonly payer?: string;
  readonly granter?: string;
  readonly body?: Partial<TxBody>;
  /** Last changes before it is signed. */
  readonly authInfo?: Partial<AuthInfoType>;
  /** Last changes after it is signed. */
  readonly signatures?: (honest: Uint8Array[]) => Uint8Array[];
  readonly chainId?: string;
}

/** A transfer of 1 of an account to itself. */
export function selfSend(account: TestAccount, text = account.text): PackedMessage {
  const amount = [coin(FEE_DENOM, 1n)];
  return pack(MsgSend, MsgSend.create({ fromAddress: text, toAddress: text, amount }));
}

/** A message that an operator address signs. */
export function unjail(account: TestAccount): PackedMessage {
  return pack(MsgUnjail, { validatorAddr: account.operator });
}

/** The ante chain over real accounts and balances, with messages that do nothing or fail. */
export class AnteFixture {
  readonly keys = { auth: new StoreKey("acc"), bank: new StoreKey("bank") };
  readonly auth = new AuthKeeper(this.keys.auth, new Map([[FEE_COLLECTOR, []]]));
  readonly bank = new BankKeeper(this.keys.bank);
  readonly transfers = new Transfers(this.bank, this.auth);
  minGasPrices: readonly GasPrice[] = [];
  chainId = ANTE_CHAIN;
  /** Height of the block or, in a check, of the next. */
  height = 5n;
  /** Whether messages fail. */
  failing = false;
  readonly faults: Error[] = [];
  readonly #branch = openStore({
    memory: true,
    stores: [this.keys.auth, this.keys.bank],
    chainId: ANTE_CHAIN,
  }).branch();
  readonly #router = new MsgRouter();
  readonly #runner: TxRunner;

  constructor() {
    this.#addMessages();
    this.#runner = new TxRunner({
      router: this.#router,
      ante: createAnteHandler({
        auth: this.auth,
        bank: this.transfers,
        verifier: new SignatureVerifier(),
        minGasPrices: () => this.minGasPrices,
        types: new TypeRegistry([MsgSend, MsgUnjail]),
        messageSigners: (typeUrl, message) => this.#router.find(typeUrl)?.signers(message) ?? [],
      }),
      onFault: (fault) => this.faults.push(fault),
    });
    initGenesis(this.context(), this.auth, defaultGenesis());
    this.bank.setParams(this.context(), { sendEnabled: [], defaultSendEnabled: true });
  }

  context(mode: ExecutionMode = "deliver"): Context {
    const proposerAddress = new Uint8Array(20);
    const header = { chainId: this.chainId, height: this.height, timeNs: 0n, proposerAddress };
    return new Context({ header, mode, branch: this.#branch });
  }

  /** Makes an account with coins; `changes` says what else it is. */
  add(
    account: Pick<TestAccount, "address">,
    coins: readonly Coin[] = [],
    changes: Partial<Account> = {},
  ): void {
    const ctx = this.context();
    const made = this.auth.createAccount(ctx, account.address);
    this.auth.setAccount(ctx, { ...made, ...changes });
    for (const { denom, amount } of coins) {
      this.bank.setBalance(ctx, account.address, { denom, amount: BigInt(amount) });
    }
  }

  find(account: Pick<TestAccount, "address">): Account | undefined {
    return this.auth.findAccount(this.context(), account.address);
  }

  balance(account: TestAccount, denom = FEE_DENOM): bigint {
    return this.bank.balance(this.context(), account.address, denom);
  }

  /** Everything that accounts and balances hold. */
  state(): unknown {
    const ctx = this.context();
    return {
      auth: exportAuth(ctx, this.auth),
      balances: [...this.bank.balances.iterate(ctx.kv(this.keys.bank))],
    };
  }

  bytesOf(tx: AnteTx): Uint8Array {
    const bodyBytes = TxBody.encode(TxBody.create({ messages: [...messagesOf(tx)], ...tx.body }));
    const authInfoBytes = AuthInfo.encode({ ...this.#authInfo(tx), ...tx.authInfo });
    const honest = tx.signers.map((signer) => this.#sign(tx, signer, { bodyBytes, authInfoBytes }));
    const signatures = tx.signatures?.(honest) ?? honest;
    return TxRaw.encode({ bodyBytes, authInfoBytes, signatures });
  }

  run(tx: AnteTx, mode: ExecutionMode = "deliver"): TxResult {
    return this.runBytes(this.bytesOf(tx), mode);
  }

  runBytes(bytes: Uint8Array, mode: ExecutionMode = "deliver"): TxResult {
    const decoded = decodeTx(bytes, new TypeRegistry([MsgSend, MsgUnjail]));
    const { header } = this.context();
    // Nothing of a simulation stays.
    const branch = mode === "simulate" ? this.#branch.branch() : this.#branch;
    return this.#runner.run({ tx: decoded, header, mode, branch });
  }

  #authInfo(tx: AnteTx): AuthInfoType {
    return {
      signerInfos: tx.signers.map((signer) => ({
        publicKey:
          signer.key === "none"
            ? undefined
            : (signer.key ?? packPublicKey(signer.account.publicKey)),
        modeInfo: signer.modeInfo ?? {
          single: { mode: signer.mode ?? SignMode.DIRECT },
          multi: undefined,
        },
        sequence: signer.sequence ?? this.find(signer.account)?.sequence ?? 0n,
      })),
      fee: {
        amount: [...(tx.fee ?? [])],
        gasLimit: tx.gasLimit ?? 200_000n,
        payer: tx.payer ?? "",
        granter: tx.granter ?? "",
      },
      tip: undefined,
    };
  }

  #sign(
    tx: AnteTx,
    signer: SignerSpec,
    raw: { readonly bodyBytes: Uint8Array; readonly authInfoBytes: Uint8Array },
  ): Uint8Array {
    if (signer.signature !== undefined) return signer.signature;
    const accountNumber = signer.accountNumber ?? this.find(signer.account)?.number ?? 0n;
    const chainId = tx.chainId ?? ANTE_CHAIN;
    return signer.account.sign(directSignBytes(raw, { chainId, accountNumber }));
  }

  #addMessages(): void {
    const validate = () => undefined;
    const handle = () => {
      if (this.failing) throw invalidRequest({ problem: "the message fails" });
      return {};
    };
    this.#router.add("bank", {
      codec: MsgSend,
      responseCodec: MsgSendResponse,
      signers: (msg) => [msg.fromAddress],
      validate,
      handle,
    });
    this.#router.add("slashing", {
      codec: MsgUnjail,
      responseCodec: MsgUnjailResponse,
      signers: (msg) => [msg.validatorAddr],
      validate,
      handle,
    });
  }
}

function messagesOf(tx: AnteTx): readonly PackedMessage[] {
  return tx.messages ?? tx.signers.map(({ account }) => selfSend(account));
}
