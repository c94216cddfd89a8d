const GROUPS = 8;
/** A household or a host gets a whole /64 of IPv6: its addresses count as one. */
const GROUPS_OF_NETWORK = 4;

/** The network that a client's IP address counts for: an IPv4 address, or the /64 of an IPv6 one. */
export function clientNetwork(ip: string): string {
  const [, mapped] = /^::ffff:([0-9.]+)$/i.exec(ip) ?? [];
  if (mapped !== undefined) return mapped;
  if (!ip.includes(":")) return ip;
  const [address = ""] = ip.split("%");
  const [head = "", tail] = address.split("::");
  const before = groupsOf(head);
  const after = tail === undefined ? [] : groupsOf(tail);
  const zeros = Array.from({ length: Math.max(0, GROUPS - before.length - after.length) }, () => 0);
  const groups = [...before, ...zeros, ...after].slice(0, GROUPS_OF_NETWORK);
  return `${groups.map((group) => group.toString(16)).join(":")}::/64`;
}

function groupsOf(text: string): number[] {
  return text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16));
}
