import { once } from "node:events";
import { createServer, type Server } from "node:net";
import type { NodePorts } from "../ports.js";

/** Ports of the loopback interface for so many nodes; all were free a moment ago. */
export async function freePorts(nodes: number): Promise<NodePorts[]> {
  const wanted = Array.from({ length: nodes * PORTS_OF_NODE });
  // All are held until the last one is known, so that none is given twice.
  const servers = await Promise.all(wanted.map(listenAnywhere));
  const ports = servers.map(portOf);
  await Promise.all(servers.map(close));
  return Array.from({ length: nodes }, (_, index) => {
    const own = ports.slice(index * PORTS_OF_NODE);
    const [p2p = 0, rpc = 0, cometMetrics = 0, telemetry = 0, grpc = 0, rest = 0] = own;
    return { p2p, rpc, cometMetrics, telemetry, grpc, rest };
  });
}

const PORTS_OF_NODE = 6;

async function listenAnywhere(): Promise<Server> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

function portOf(server: Server): number {
  const address = server.address();
  return address === null || typeof address === "string" ? 0 : address.port;
}

async function close(server: Server): Promise<void> {
  server.close();
  await once(server, "close");
}
