import { once } from "node:events";
import { createServer } from "node:net";
import { type Endpoint, formatEndpoint } from "../home/endpoint.js";
import { portInUse } from "./errors.js";

/** An address that a node is going to listen on, and where it is set. */
export interface NeededPort {
  readonly endpoint: Endpoint;
  /** As `section.key`. */
  readonly setting: string;
  /** File that has the setting. */
  readonly path: string;
}

/** Makes sure that every address can be listened on now; fails with `comet/5` for the first that cannot. */
export async function checkPorts(needed: readonly NeededPort[]): Promise<void> {
  for (const port of needed) {
    const problem = await findProblem(port.endpoint);
    if (problem === undefined) continue;
    const { setting, path } = port;
    throw portInUse({ address: formatEndpoint(port.endpoint), setting, path, problem });
  }
}

async function findProblem({ host, port }: Endpoint): Promise<string | undefined> {
  const server = createServer();
  try {
    server.listen(host === "" ? { port } : { host, port });
    await once(server, "listening");
  } catch (error) {
    return describe(error);
  }
  server.close();
  await once(server, "close");
  return undefined;
}

function describe(error: unknown): string {
  if (!(error instanceof Error) || !("code" in error)) return String(error);
  if (error.code === "EADDRINUSE") return "another process listens there";
  if (error.code === "EADDRNOTAVAIL") return "this machine does not have the address";
  if (error.code === "EACCES") return "this user may not listen there";
  return error.message;
}
