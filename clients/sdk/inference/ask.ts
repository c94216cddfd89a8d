import { Assurance } from "#core/codec/generated/aivm/inference/v1.js";
import type { Manifest } from "#core/codec/generated/aivm/kernel/v1.js";
import type { JsonValue } from "#modules/kernel/types/valueJson.js";
import { SdkError } from "../errors.js";
import { findKernel } from "../kernel/findKernel.js";
import { getVersion } from "../kernel/getVersion.js";
import type { CallOptions, RpcTransport } from "../rpc/transport.js";
import { encodeInput } from "../schema/encodeInput.js";

/** Values of an input or an output, by the names of the schema's fields; see `encodeInput`. */
export type PlainValues = Readonly<Record<string, JsonValue>>;

/** What is asked of the chain. */
export interface Ask {
  /** Name of a kernel, whose head runs, or the id of a version, 32 bytes. */
  readonly kernel: string | Uint8Array;
  /** One input, or several that one request answers together. */
  readonly input: PlainValues | readonly PlainValues[];
  /** `committee` unless given. */
  readonly assurance?: "committee" | "full" | undefined;
}

/** An ask as the chain takes it. */
export interface PreparedAsk {
  readonly versionId: Uint8Array;
  readonly manifest: Manifest;
  /** Canonical value sets, one for each input. */
  readonly inputs: readonly Uint8Array[];
  readonly assurance: Assurance;
}

/**
 * Finds the version that runs, and encodes the inputs by its schema. Fails with `NOT_FOUND`, and
 * with `INPUT_UNFIT`, which names the field and what it expects.
 *
 * @example
 * const { inputs } = await prepareAsk(rpc, { kernel: "digits", input: { image } });
 */
export async function prepareAsk(
  rpc: RpcTransport,
  ask: Ask,
  { signal }: CallOptions = {},
): Promise<PreparedAsk> {
  const { versionId, manifest } = await findVersion(rpc, ask.kernel, { signal });
  const inputs = inputsOf(ask).map((input, index) => encodeInput(manifest.inputs, input, index));
  const assurance = ask.assurance === "full" ? Assurance.FULL : Assurance.COMMITTEE;
  return { versionId, manifest, inputs, assurance };
}

/** The version that runs for a kernel's name or a version's id, with its manifest. */
export async function findVersion(
  rpc: RpcTransport,
  kernel: Ask["kernel"],
  { signal }: CallOptions,
): Promise<Pick<PreparedAsk, "versionId" | "manifest">> {
  const versionId = typeof kernel === "string" ? await headOf(rpc, kernel, { signal }) : kernel;
  const { manifest } = await getVersion(rpc, versionId, { signal });
  return { versionId, manifest };
}

async function headOf(rpc: RpcTransport, name: string, options: CallOptions): Promise<Uint8Array> {
  const kernel = await findKernel(rpc, name, options);
  if (kernel !== undefined && kernel.headVersionId.length > 0) return kernel.headVersionId;
  const log = kernel === undefined ? `no kernel ${name}` : `kernel ${name} has no active version`;
  throw new SdkError("NOT_FOUND", { path: "/aivm.kernel.v1.Query/Kernel", log });
}

function inputsOf({ input }: Ask): readonly PlainValues[] {
  return isList(input) ? input : [input];
}

function isList(input: Ask["input"]): input is readonly PlainValues[] {
  return Array.isArray(input);
}
