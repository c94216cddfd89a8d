import type { Manifest, Version } from "#core/codec/generated/aivm/kernel/v1.js";
import { fromHex } from "#core/primitives/bytes.js";
import { findKernel } from "#sdk/kernel/findKernel.js";
import { getVersion } from "#sdk/kernel/getVersion.js";
import { listVersions } from "#sdk/kernel/listVersions.js";
import type { RpcTransport } from "#sdk/rpc/transport.js";
import { wrongUse } from "../../../errors.js";
import { notFound } from "../../query/errors.js";

/** A version of the chain, as somebody named it. */
export interface ResolvedVersion {
  readonly version: Version;
  readonly manifest: Manifest;
}

const ID = /^[0-9a-f]{64}$/;

/**
 * The version that a text names: `NAME` (the kernel's head), `NAME@3` (its third version), or the id
 * of a version in hex, alone or behind `NAME@`. Fails with `client/4`, and with `cli/2` for a text
 * of another form.
 */
export async function resolveVersion(rpc: RpcTransport, text: string): Promise<ResolvedVersion> {
  const [name = "", wanted, ...rest] = text.split("@");
  if (rest.length > 0 || name === "" || wanted === "") {
    throw wrongUse({ problem: `${text}: must be NAME, NAME@NUMBER or the id of a version` });
  }
  const id = await idOf(rpc, name, wanted);
  return getVersion(rpc, id);
}

async function idOf(
  rpc: RpcTransport,
  name: string,
  wanted: string | undefined,
): Promise<Uint8Array> {
  const hex = (wanted ?? name).toLowerCase();
  const id = ID.test(hex) ? fromHex(hex) : undefined;
  if (id !== undefined) return id;
  return wanted === undefined ? headOf(rpc, name) : numbered(rpc, name, wanted);
}

async function headOf(rpc: RpcTransport, name: string): Promise<Uint8Array> {
  const kernel = await findKernel(rpc, name);
  if (kernel === undefined) throw notFound({ problem: `kernel ${name}` });
  if (kernel.headVersionId.length > 0) return kernel.headVersionId;
  const problem = `kernel ${name} has no active version; name one of its ${kernel.versionCount}, such as ${name}@1`;
  throw notFound({ problem });
}

async function numbered(rpc: RpcTransport, name: string, wanted: string): Promise<Uint8Array> {
  if (!/^[1-9][0-9]{0,9}$/.test(wanted)) {
    throw wrongUse({ problem: `${name}@${wanted}: a version is a number from 1 or 64 hex digits` });
  }
  const versions = await listVersions(rpc, name);
  const found = versions.find(({ number }) => number === BigInt(wanted));
  if (found !== undefined) return found.id;
  throw notFound({
    problem: `kernel ${name} has ${versions.length} versions, no version ${wanted}`,
  });
}
