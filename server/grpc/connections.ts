import { once } from "node:events";
import { createServer, type Socket } from "node:net";

/** Connections that are taken, and how many at once. */
export interface ConnectionOptions {
  /** Empty for every interface. */
  readonly host: string;
  /** 0 for a free port. */
  readonly port: number;
  /** Further ones are closed at once. */
  readonly maxConnections: number;
  readonly take: (socket: Socket) => void;
}

/** An address that is listened on. */
export interface Connections {
  readonly port: number;
  /** Ends the one whose other end this is, if it is still there. */
  end(peer: Peer): void;
  /** Takes no more; those that are open stay. */
  stop(): void;
}

/** The other end of a connection. */
export interface Peer {
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
}

/**
 * Listens, and hands over each connection: the gRPC library counts none of its own. Fails with the
 * system's error when the address is taken.
 */
export async function takeConnections(options: ConnectionOptions): Promise<Connections> {
  const { host, port, maxConnections, take } = options;
  const open = new Map<string, Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    const name = nameOf(socket);
    open.set(name, socket);
    socket.on("close", () => open.delete(name));
    // A client that goes away in the middle is no error of ours.
    socket.on("error", () => socket.destroy());
    take(socket);
  });
  server.maxConnections = maxConnections;
  server.listen(port, host === "" ? "::" : host);
  await once(server, "listening");
  const address = server.address();
  return {
    port: typeof address === "object" ? (address?.port ?? port) : port,
    end: (peer) => open.get(nameOf(peer))?.destroy(),
    stop: () => server.close(),
  };
}

function nameOf({ remoteAddress = "", remotePort = 0 }: Peer): string {
  return `${remoteAddress} ${remotePort}`;
}
