import type { KernelSchema } from "../schema/kernelSchema.js";
import type { InputOf, OutputOf } from "../schema/valueTypes.js";
import type { TxContext } from "../tx/txContext.js";
import type { Ask, PlainValues } from "./ask.js";
import type { Inference, InferencePlace } from "./awaitInference.js";
import { infer, type InferOptions } from "./infer.js";
import type { OpenKernel } from "./openKernel.js";

/** The answer to a request, with outputs in the types of the kernel's schema. */
export interface TypedInference<Schema extends KernelSchema = KernelSchema> extends Omit<
  Inference,
  "output" | "outputs"
> {
  /** The first output; undefined when the chain keeps its digest alone. */
  readonly output: OutputOf<Schema> | undefined;
  /** One for each input, in order. */
  readonly outputs: ReadonlyArray<OutputOf<Schema> | undefined>;
}

/** What an opened kernel is asked. */
export interface TypedAsk<Schema extends KernelSchema> extends Pick<Ask, "assurance"> {
  readonly kernel: OpenKernel<Schema>;
  /** One input, or several that one request answers together. */
  readonly input: InputOf<Schema> | ReadonlyArray<InputOf<Schema>>;
}

/**
 * As `infer`, for a kernel that was opened: inputs and outputs have the types of its schema, and
 * tensors come back as typed arrays.
 *
 * @example
 * const kernel = await openKernel(rpc, digits);
 * const { output } = await inferTyped(context, { kernel, input: { image } });
 * console.log(output?.label[0], output?.probs.length);
 */
export async function inferTyped<Schema extends KernelSchema>(
  context: TxContext & InferencePlace,
  { kernel, input, assurance }: TypedAsk<Schema>,
  options: InferOptions = {},
): Promise<TypedInference<Schema>> {
  const answer = await infer(context, askOf(kernel, input, assurance), options);
  const outputs = answer.result.executions.map(({ output }) =>
    output.length === 0 ? undefined : kernel.decode(output),
  );
  return { ...answer, output: outputs[0], outputs };
}

/** The same ask without static types. */
export function askOf<Schema extends KernelSchema>(
  { versionId }: OpenKernel<Schema>,
  input: TypedAsk<Schema>["input"],
  assurance: Ask["assurance"],
): Ask {
  // Whatever has the types of a schema is plain values; each is checked when it is encoded.
  return { kernel: versionId, input: input as unknown as PlainValues, assurance };
}
