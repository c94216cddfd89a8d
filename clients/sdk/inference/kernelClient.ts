import type { KernelSchema } from "../schema/kernelSchema.js";
import type { CallOptions, RpcTransport } from "../rpc/transport.js";
import type { TxContext } from "../tx/txContext.js";
import type { Ask } from "./ask.js";
import type { InferencePlace } from "./awaitInference.js";
import type { InferOptions } from "./infer.js";
import { askOf, inferTyped, type TypedAsk, type TypedInference } from "./inferTyped.js";
import type { OpenKernel } from "./openKernel.js";
import { quote, type Quote } from "./quote.js";

/** What an opened kernel needs of a client. */
export interface KernelPlace {
  readonly rpc: RpcTransport;
  /** What asking takes; fails with `NO_SIGNER` for a client that reads. */
  readonly context: () => TxContext & InferencePlace;
}

/**
 * A kernel opened by a client, with inputs and outputs in the types of its schema.
 *
 * @example
 * const kernel = await client.kernel(digits);
 * const { output } = await kernel.infer({ image });
 * console.log(output?.label[0]);
 */
export class KernelClient<Schema extends KernelSchema = KernelSchema> {
  readonly #place: KernelPlace;
  readonly #kernel: OpenKernel<Schema>;

  constructor(place: KernelPlace, kernel: OpenKernel<Schema>) {
    this.#place = place;
    this.#kernel = kernel;
  }

  /** The version that is asked, its manifest, and its values as bytes. */
  get kernel(): OpenKernel<Schema> {
    return this.#kernel;
  }

  /** What an input, or several in one request, would be charged; see `quote`. */
  quote(
    input: TypedAsk<Schema>["input"],
    { assurance, signal }: Pick<Ask, "assurance"> & CallOptions = {},
  ): Promise<Quote> {
    return quote(this.#place.rpc, askOf(this.#kernel, input, assurance), { signal });
  }

  /** Asks for an input, or for several in one request, and waits for the answer; see `inferTyped`. */
  async infer(
    input: TypedAsk<Schema>["input"],
    options: InferOptions & Pick<Ask, "assurance"> = {},
  ): Promise<TypedInference<Schema>> {
    const ask = { kernel: this.#kernel, input, assurance: options.assurance };
    return inferTyped(this.#place.context(), ask, options);
  }
}
