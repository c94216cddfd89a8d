import type { Route } from "./route.js";

/**
 * Where what somebody typed leads: a height, a request (`request 7` or `r7`), the hash of a
 * transaction, an address of an account or of a validator, or else a kernel's name. Undefined for
 * nothing at all and for what is none of these.
 */
export function searchRoute(text: string): Route | undefined {
  const wanted = text.trim();
  const request = /^(?:r|request)\s*#?\s*([0-9]{1,19})$/i.exec(wanted)?.[1];
  if (request !== undefined) return { page: "request", id: BigInt(request) };
  const height = /^#?([0-9]{1,19})$/.exec(wanted)?.[1];
  if (height !== undefined) return { page: "block", height: BigInt(height) };
  const hash = /^(?:0x)?([0-9a-f]{64})$/i.exec(wanted)?.[1];
  if (hash !== undefined) return { page: "tx", hash: hash.toUpperCase() };
  if (/^nesavaloper1[0-9a-z]+$/.test(wanted)) return { page: "validator", operator: wanted };
  if (/^nesa1[0-9a-z]+$/.test(wanted)) return { page: "account", address: wanted };
  if (/^[a-z][a-z0-9-]{2,63}$/.test(wanted)) return { page: "kernel", name: wanted };
  return undefined;
}
