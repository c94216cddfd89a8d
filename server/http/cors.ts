import type { FastifyInstance } from "fastify";

/** What pages of any origin may send and read. */
export interface CorsHeaders {
  /** Methods that are served, as a header lists them. */
  readonly methods: string;
  /** Headers of a request, lower case, separated by commas. */
  readonly allowed: string;
  /** Headers of an answer that a page may read, likewise. */
  readonly exposed: string;
}

/** Lets pages of any origin ask, as the SDK's `enabled-unsafe-cors` does; preflights get 204. */
export function addCors(server: FastifyInstance, headers: CorsHeaders): void {
  server.addHook("onRequest", async (request, reply) => {
    void reply.header("access-control-allow-origin", "*");
    void reply.header("access-control-expose-headers", headers.exposed);
    if (request.method !== "OPTIONS") return;
    void reply.header("access-control-allow-methods", headers.methods);
    void reply.header("access-control-allow-headers", headers.allowed);
    void reply.header("access-control-max-age", "600");
    await reply.code(204).send();
  });
}
