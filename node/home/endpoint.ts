/** A host and a port to listen on or to connect to. */
export interface Endpoint {
  /** Empty for every interface. */
  readonly host: string;
  readonly port: number;
}

/**
 * Reads `host:port`, `:port` or `[v6]:port`, with or without `tcp://` or `http://` in front;
 * undefined when it is none of them.
 */
export function parseEndpoint(text: string): Endpoint | undefined {
  const match = /^(?:tcp:\/\/|http:\/\/)?(?:\[([0-9a-fA-F:.]+)\]|([^:/[\]]*)):([0-9]{1,5})$/.exec(
    text,
  );
  const [, ipv6, name = "", digits = ""] = match ?? [];
  const port = Number(digits);
  if (match === null || port > 65_535) return undefined;
  return { host: ipv6 ?? name, port };
}

/** `host:port`, with brackets around an IPv6 address. */
export function formatEndpoint({ host, port }: Endpoint): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
