import {
  MsgCreateArtifact,
  MsgCreateArtifactResponse,
  MsgUploadChunk,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { pack } from "#core/codec/typeRegistry.js";
import { sha256 } from "#core/crypto/hash.js";
import { chunkCount, chunkLength, hasChunk } from "#modules/kernel/types/chunks.js";
import { executeTx, type ExecuteOptions } from "../tx/executeTx.js";
import { msgResponse } from "../tx/msgResponse.js";
import { planTx } from "../tx/planTx.js";
import type { TxContext } from "../tx/txContext.js";
import { findArtifact } from "./findArtifact.js";
import { runPooled } from "./runPooled.js";

/** How an artifact is uploaded. */
export interface UploadOptions extends Omit<ExecuteOptions, "gas" | "fee"> {
  /** Transactions under way at once; 4 unless given. */
  readonly inFlight?: number | undefined;
  /** Told how many bytes the chain has, whenever there are more. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
}

const IN_FLIGHT = 4;

/** An upload under way, as far as the chain has it. */
interface Upload {
  readonly context: TxContext;
  readonly bytes: Uint8Array;
  readonly digest: Uint8Array;
  readonly chunkSize: bigint;
  readonly options: UploadOptions;
}

/**
 * Puts the bytes of an artifact on the chain: opens the upload, which takes a deposit, or goes on
 * where an earlier one of the same signer stopped. Does nothing when the chain has the bytes.
 * Errors are those of `executeTx`; calling again resumes.
 *
 * @example
 * await uploadArtifact(context, model, { onBytes: (bytes) => bar.update(bytes) });
 */
export async function uploadArtifact(
  context: TxContext,
  bytes: Uint8Array,
  options: UploadOptions = {},
): Promise<void> {
  const digest = sha256(bytes);
  const state = await openUpload(context, digest, bytes.length, options);
  if (state !== undefined) {
    const upload = { context, bytes, digest, chunkSize: state.chunkSize, options };
    await sendMissing(upload, state.receivedChunks);
  }
  options.onBytes?.(bytes.length);
}

/** The state of the signer's upload, opened when there is none; undefined for a complete artifact. */
async function openUpload(
  context: TxContext,
  digest: Uint8Array,
  size: number,
  options: UploadOptions,
): Promise<Pick<MsgCreateArtifactResponse, "chunkSize" | "receivedChunks"> | undefined> {
  const { rpc, signer } = context;
  const reading = { signal: options.signal };
  if ((await findArtifact(rpc, { digest }, reading)) !== undefined) return undefined;
  const uploader = signer.address;
  const upload = await findArtifact(rpc, { digest, uploader }, reading);
  if (upload !== undefined) return upload;
  const message = pack(MsgCreateArtifact, { uploader, digest, size: BigInt(size) });
  const included = await executeTx(context, [message], options);
  const opened = msgResponse(included, MsgCreateArtifactResponse);
  return opened.complete ? undefined : opened;
}

/** Sends what is missing; the last chunk alone, because it makes the chain hash all of them. */
async function sendMissing(upload: Upload, received: Uint8Array): Promise<void> {
  const { bytes, chunkSize, options } = upload;
  const layout = { size: BigInt(bytes.length), chunkSize };
  const all = Array.from({ length: chunkCount(layout) }, (_, index) => index);
  const missing = all.filter((index) => !hasChunk(received, index));
  const lengthOf = (index: number): number => chunkLength(layout, index);
  let done = all.reduce((sum, index) => sum + lengthOf(index), 0);
  for (const index of missing) done -= lengthOf(index);
  const send = async (index: number, gas: bigint | undefined): Promise<void> => {
    await executeTx(upload.context, [chunkMessage(upload, index)], { ...options, gas });
    done += lengthOf(index);
    options.onBytes?.(done);
  };
  options.onBytes?.(done);
  const [first, ...others] = missing.slice(0, -1);
  if (first !== undefined) {
    // Chunks but the last have one length and hence one price: one simulation tells it.
    const { gasLimit } = await planTx(upload.context, [chunkMessage(upload, first)], options);
    const width = options.inFlight ?? IN_FLIGHT;
    await runPooled([first, ...others], width, (index) => send(index, gasLimit));
  }
  for (const index of missing.slice(-1)) await send(index, undefined);
}

function chunkMessage(upload: Upload, index: number): ReturnType<typeof pack> {
  const { context, bytes, digest, chunkSize } = upload;
  const start = index * Number(chunkSize);
  return pack(MsgUploadChunk, {
    uploader: context.signer.address,
    digest,
    index: BigInt(index),
    data: bytes.subarray(start, start + Number(chunkSize)),
  });
}
