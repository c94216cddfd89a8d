import { fromHex } from "#core/primitives/bytes.js";
import type { RpcTransport } from "#sdk/rpc/transport.js";
import { resolveVersion } from "../kernel/pull/resolveVersion.js";

const ID = /^[0-9a-f]{64}$/i;

/** How the help of a command says what names a version. */
export const VERSION_MEANING = "NAME@NUMBER, or the id in hex";

/**
 * The id of a version that a text names; only names are looked up. Errors are `resolveVersion`'s.
 */
export async function readVersionId(rpc: RpcTransport, text: string): Promise<Uint8Array> {
  const id = ID.test(text) ? fromHex(text.toLowerCase()) : undefined;
  return id ?? (await resolveVersion(rpc, text)).version.id;
}
