import { assertDefined, InvariantError } from "#core/primitives/assert.js";
import { ChainError } from "#core/primitives/errors.js";
import { TxMsgData } from "#core/codec/generated/cosmos/base/abci/v1beta1.js";
import type { DecodedTx, TxMessage } from "#core/codec/tx.js";
import { type Address, formatAddress } from "#core/crypto/address.js";
import { type Event, event } from "#core/primitives/event.js";
import { minBig } from "#core/primitives/intMath.js";
import type { StoreBranch } from "#core/store/store.js";
import { type BlockHeader, Context, type ExecutionMode } from "./context.js";
import { GasMeter, OutOfGasError, UNBOUNDED_GAS } from "./gas.js";
import type { MsgRoute, MsgRouter } from "./router.js";
import { signerAddress } from "./signer.js";
import {
  INTERNAL_CODE,
  invalidRequest,
  outOfGas,
  SDK_CODESPACE,
  unknownRequest,
} from "#core/primitives/sdkErrors.js";
import { failedTx, type TxResult } from "./txResult.js";

/**
 * Checks that precede the messages: size, fee, signatures, sequence. Throws a ChainError; what it
 * wrote is then dropped. What it wrote stays when a message fails.
 */
export type AnteHandler = (ctx: Context, tx: DecodedTx) => void;

/** Told of every failure that is this program's own fault; must not throw. */
export type InternalFaultListener = (fault: Error, tx: DecodedTx) => void;

/** One transaction to run. */
export interface TxRun {
  readonly tx: DecodedTx;
  readonly header: BlockHeader;
  readonly mode: ExecutionMode;
  /** Receives what the transaction writes; the caller decides what becomes of it. */
  readonly branch: StoreBranch;
}

/**
 * Runs transactions: ante chain, then messages, all or nothing.
 *
 * The only place in consensus code that catches. A ChainError or exhausted gas fails the
 * transaction. A broken invariant or a type error is this program's fault, but the same on every
 * machine: it fails the transaction with code 1 and is reported. Everything else (storage, stack,
 * memory) may differ per machine and is passed on, which stops the node (ADR-0005).
 */
export class TxRunner {
  readonly #router: MsgRouter;
  readonly #ante: AnteHandler;
  readonly #onFault: InternalFaultListener;

  constructor(parts: {
    readonly router: MsgRouter;
    readonly ante: AnteHandler;
    readonly onFault: InternalFaultListener;
  }) {
    this.#router = parts.router;
    this.#ante = parts.ante;
    this.#onFault = parts.onFault;
  }

  run(run: TxRun): TxResult {
    // CometBFT's gas is a signed 64-bit integer; the ante chain refuses what is above.
    const gasWanted = minBig(run.tx.authInfo.fee?.gasLimit ?? 0n, UNBOUNDED_GAS);
    const gas = new GasMeter(isBounded(run.mode) ? gasWanted : UNBOUNDED_GAS);
    const progress: Progress = { anteEvents: [], messageIndex: undefined };
    const outcome = this.#catching(run.tx, gas, () => {
      const messages = this.#resolve(run.tx);
      progress.anteEvents = this.#runAnte(run, gas);
      return this.#runMessages(run, { messages, gas, progress });
    });
    const used = { gasWanted, gasUsed: gas.used };
    const { anteEvents } = progress;
    if (outcome instanceof ChainError) {
      const messageIndex = outOfGas.is(outcome) ? undefined : progress.messageIndex;
      return failedTx(outcome, { ...used, events: anteEvents, messageIndex });
    }
    return {
      code: 0,
      codespace: "",
      log: "",
      data: outcome.data,
      ...used,
      events: [...anteEvents, ...outcome.events],
    };
  }

  #resolve(tx: DecodedTx): readonly RoutedMessage[] {
    if (tx.messages.length === 0) {
      throw invalidRequest({ problem: "must contain at least one message" });
    }
    return tx.messages.map((message) => {
      const route = this.#router.find(message.typeUrl);
      if (route === undefined) throw unknownRequest({ message: message.typeUrl });
      route.validate(message.value);
      const [first] = route.signers(message.value);
      const sender = signerAddress(assertDefined(first, "every message names a signer"));
      return { message, route, sender };
    });
  }

  #runAnte(run: TxRun, gas: GasMeter): readonly Event[] {
    const branch = run.branch.branch();
    const ctx = new Context({ header: run.header, mode: run.mode, branch, gas });
    this.#ante(ctx, run.tx);
    branch.merge();
    return ctx.events;
  }

  #runMessages(run: TxRun, given: MessagesRun): MessagesOutcome {
    if (run.mode === "check" || run.mode === "recheck") return { data: EMPTY, events: [] };
    const { messages, gas, progress } = given;
    const branch = run.branch.branch();
    const events: Event[] = [];
    const msgResponses = messages.map((routed, index) => {
      progress.messageIndex = index;
      const { message, route } = routed;
      const ctx = new Context({ header: run.header, mode: run.mode, branch, gas });
      const response = route.handle(ctx, message.value);
      const announced = [messageEvent(routed), ...ctx.events];
      events.push(...announced.map((one) => withMessageIndex(one, index)));
      return {
        typeUrl: route.responseCodec.typeUrl,
        value: route.responseCodec.encode(response),
      };
    });
    branch.merge();
    return { data: TxMsgData.encode({ data: [], msgResponses }), events };
  }

  #catching<T>(tx: DecodedTx, gas: GasMeter, work: () => T): T | ChainError {
    try {
      return work();
    } catch (error) {
      if (error instanceof ChainError) return error;
      if (error instanceof OutOfGasError) {
        const { limit = UNBOUNDED_GAS, used } = gas;
        return outOfGas({ location: error.descriptor, gasWanted: limit, gasUsed: used });
      }
      if (error instanceof InvariantError || error instanceof TypeError) {
        this.#onFault(error, tx);
        return new ChainError(SDK_CODESPACE, { code: INTERNAL_CODE, summary: "internal" }, {});
      }
      throw error;
    }
  }
}

interface RoutedMessage {
  readonly message: TxMessage;
  readonly route: MsgRoute;
  /** Account of the first signer. */
  readonly sender: Address;
}

/** How far a transaction got before it failed. */
interface Progress {
  anteEvents: readonly Event[];
  messageIndex: number | undefined;
}

interface MessagesRun {
  readonly messages: readonly RoutedMessage[];
  readonly gas: GasMeter;
  readonly progress: Progress;
}

interface MessagesOutcome {
  readonly data: Uint8Array;
  readonly events: readonly Event[];
}

const EMPTY = new Uint8Array(0);

/** Simulations find out what gas is needed, and nobody pays for the genesis block. */
function isBounded(mode: ExecutionMode): boolean {
  return mode !== "simulate" && mode !== "genesis";
}

function messageEvent({ message, route, sender }: RoutedMessage): Event {
  return event("message", [
    ["action", message.typeUrl],
    ["sender", formatAddress("account", sender)],
    ["module", route.module],
  ]);
}

function withMessageIndex(one: Event, index: number): Event {
  const attribute = { key: "msg_index", value: index.toString() };
  return { type: one.type, attributes: [...one.attributes, attribute] };
}
