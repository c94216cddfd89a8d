/** A page of the explorer and what it shows. */
export type Route =
  | { readonly page: "overview" }
  | { readonly page: "market" }
  | { readonly page: "validators" }
  | { readonly page: "network" }
  | { readonly page: "key" }
  | { readonly page: "kernel"; readonly name: string }
  | { readonly page: "request"; readonly id: bigint }
  | { readonly page: "block"; readonly height: bigint }
  | { readonly page: "tx"; readonly hash: string }
  | { readonly page: "account"; readonly address: string }
  | { readonly page: "validator"; readonly operator: string }
  | { readonly page: "unknown"; readonly path: string };

const DIGITS = /^[0-9]{1,19}$/;

/** The page that a location's hash names, such as `#/request/7`; the first page for an empty one. */
export function parseRoute(hash: string): Route {
  const path = decode(hash.replace(/^#\/?/, ""));
  const [first, rest] = splitOnce(path);
  switch (first) {
    case "":
      return { page: "overview" };
    case "market":
    case "validators":
    case "network":
    case "key":
      return rest === "" ? { page: first } : { page: "unknown", path };
    default:
      return parseSubject(first, rest) ?? { page: "unknown", path };
  }
}

function parseSubject(kind: string, subject: string): Route | undefined {
  if (subject === "") return undefined;
  switch (kind) {
    case "kernel":
      return { page: "kernel", name: subject };
    case "request":
      return DIGITS.test(subject) ? { page: "request", id: BigInt(subject) } : undefined;
    case "block":
      return DIGITS.test(subject) ? { page: "block", height: BigInt(subject) } : undefined;
    case "tx":
      return /^[0-9A-Fa-f]{64}$/.test(subject) ? { page: "tx", hash: subject } : undefined;
    case "account":
      return { page: "account", address: subject };
    case "validator":
      return { page: "validator", operator: subject };
    default:
      return undefined;
  }
}

/** The hash that leads to a page; the inverse of {@link parseRoute}. */
export function hrefOf(route: Route): string {
  switch (route.page) {
    case "overview":
      return "#/";
    case "kernel":
      return `#/kernel/${encodeURIComponent(route.name)}`;
    case "request":
      return `#/request/${route.id}`;
    case "block":
      return `#/block/${route.height}`;
    case "tx":
      return `#/tx/${route.hash}`;
    case "account":
      return `#/account/${encodeURIComponent(route.address)}`;
    case "validator":
      return `#/validator/${encodeURIComponent(route.operator)}`;
    case "unknown":
      return `#/${encodeURI(route.path)}`;
    default:
      return `#/${route.page}`;
  }
}

function splitOnce(path: string): readonly [string, string] {
  const at = path.indexOf("/");
  return at < 0 ? [path, ""] : [path.slice(0, at), path.slice(at + 1)];
}

/** Hashes come from links and from people; a broken escape stands for itself. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
