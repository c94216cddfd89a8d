import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assertDefined } from "#core/primitives/assert.js";
import type { AbciApplication } from "../application.js";
import { AbciClient } from "../client.js";
import type { AbciIncident, FatalFailure } from "../incidents.js";
import { INERT_APPLICATION } from "../inertApplication.js";
import { AbciServer, type AbciServerOptions } from "../server.js";
import { parseAddress } from "../socketAddress.js";

/** A server on a socket of its own, and what it reported. {@link close} removes everything. */
export class AbciFixture {
  readonly incidents: AbciIncident[] = [];
  readonly failures: FatalFailure[] = [];
  readonly folder: string;
  readonly #clients: AbciClient[] = [];
  readonly #sockets: Socket[] = [];
  #server: AbciServer | undefined;

  private constructor() {
    this.folder = mkdtempSync(join(tmpdir(), "abci-test-"));
  }

  /** Listens with an application that is inert but for the calls given. */
  static async listen(
    calls: Partial<AbciApplication> = {},
    options: Partial<Omit<AbciServerOptions, "application">> = {},
  ): Promise<AbciFixture> {
    const fixture = new AbciFixture();
    fixture.#server = await AbciServer.listen({
      address: `unix://${join(fixture.folder, "abci.sock")}`,
      application: { ...INERT_APPLICATION, ...calls },
      onFatal: (failure) => fixture.failures.push(failure),
      onIncident: (incident) => fixture.incidents.push(incident),
      ...options,
    });
    return fixture;
  }

  /** The server under test. */
  get server(): AbciServer {
    return assertDefined(this.#server, "listen sets the server");
  }

  /** Connects one more client. */
  async connect(): Promise<AbciClient> {
    const client = await AbciClient.connect(this.server.address);
    this.#clients.push(client);
    return client;
  }

  /** Connects a bare socket, for bytes that no client writes. */
  async connectSocket(): Promise<Socket> {
    const socket = connect(parseAddress(this.server.address));
    this.#sockets.push(socket);
    // A server that closes a connection with bytes unread resets it.
    socket.on("error", () => undefined);
    await once(socket, "connect");
    return socket;
  }

  /** Incidents of one kind. */
  incidentsOf<Kind extends AbciIncident["kind"]>(
    kind: Kind,
  ): ReadonlyArray<Extract<AbciIncident, { kind: Kind }>> {
    return this.incidents.filter(
      (incident): incident is Extract<AbciIncident, { kind: Kind }> => incident.kind === kind,
    );
  }

  /** Closes the clients and the server. */
  async close(): Promise<void> {
    for (const client of this.#clients) client.close();
    for (const socket of this.#sockets) socket.destroy();
    await this.server.close(0);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
