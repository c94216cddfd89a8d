import { createHash } from "node:crypto";
import { lstatSync, mkdirSync } from "node:fs";
import { lstat, rm } from "node:fs/promises";
import { type NetConnectOpts, connect } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join, resolve } from "node:path";
import { AbciAddressError } from "./errors.js";

/** Longest path of a unix socket: `sun_path` of macOS has 104 bytes with the final zero. */
export const MAX_SOCKET_PATH_BYTES = 103;

const SOCKET_NAME = "abci.sock";

/** Where a node's ABCI socket is. */
export interface AbciSocketAddress {
  /** Absolute path of the socket file. */
  readonly path: string;
  /** The same as an address: for `AbciServer.listen` and for CometBFT's `proxy_app`. */
  readonly proxyApp: string;
}

/**
 * The socket of the node whose files are in `home`: `abci.sock` there or, where that path is too
 * long for the system, a name made from the path's hash in a folder of the temporary folder that is
 * private to this user, and that this call creates.
 */
export function socketAddress(home: string): AbciSocketAddress {
  const folder = resolve(home);
  const inHome = join(folder, SOCKET_NAME);
  const path = fits(inHome) ? inHome : join(privateFolder(), `${shortHash(folder)}.sock`);
  if (!fits(path)) throw new AbciAddressError(path, "the path is too long for a unix socket");
  return { path, proxyApp: `unix://${path}` };
}

/** An address as the options of node:net; `unix:///path` or `tcp://host:port`. */
export function parseAddress(address: string): NetConnectOpts & { readonly path?: string } {
  if (address.startsWith("unix://")) return { path: unixPath(address) };
  const match = /^tcp:\/\/(?:\[([0-9a-fA-F:.]+)\]|([^:/[\]]+)):([0-9]{1,5})$/.exec(address);
  const [, ipv6, name, digits = ""] = match ?? [];
  const host = ipv6 ?? name;
  const port = Number(digits);
  if (host === undefined || port > 65_535) {
    throw new AbciAddressError(address, "not unix:///path or tcp://host:port");
  }
  return { host, port };
}

/**
 * Removes a socket file that a dead process left. Fails when somebody listens on it, or when the
 * path is not a socket.
 */
export async function removeStaleSocket(path: string): Promise<void> {
  const stats = await lstat(path).catch(ignore("ENOENT"));
  if (stats === undefined) return;
  if (!stats.isSocket()) throw new AbciAddressError(path, "exists and is not a socket");
  if (await isListening(path)) throw new AbciAddressError(path, "another process listens on it");
  await rm(path, { force: true });
}

function unixPath(address: string): string {
  const path = address.slice("unix://".length);
  if (path === "") throw new AbciAddressError(address, "the path is missing");
  if (!fits(path)) throw new AbciAddressError(address, "the path is too long for a unix socket");
  return path;
}

function fits(path: string): boolean {
  return Buffer.byteLength(path) <= MAX_SOCKET_PATH_BYTES;
}

function shortHash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/** Anybody may make names in the temporary folder, so the folder must be ours and closed. */
function privateFolder(): string {
  const { uid } = userInfo();
  const folder = join(tmpdir(), `abci-${uid}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const stats = lstatSync(folder);
  if (!stats.isDirectory() || stats.uid !== uid || (stats.mode & 0o077) !== 0) {
    throw new AbciAddressError(folder, "is not a folder that only this user can enter");
  }
  return folder;
}

function isListening(path: string): Promise<boolean> {
  return new Promise((settle, fail) => {
    const probe = connect({ path });
    probe.once("connect", () => {
      probe.destroy();
      settle(true);
    });
    probe.once("error", (error) => {
      if (hasCode(error, "ECONNREFUSED") || hasCode(error, "ENOENT")) settle(false);
      else fail(error);
    });
  });
}

function ignore(code: string): (error: unknown) => undefined {
  return (error) => {
    if (!hasCode(error, code)) throw error;
  };
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
