import type { FastifyInstance } from "fastify";
import { HEIGHT_HEADER } from "../doors/blockHeight.js";

const EXPOSED = [HEIGHT_HEADER, `grpc-metadata-${HEIGHT_HEADER}`].join(", ");

/** Lets pages of any origin ask, as the SDK's `enabled-unsafe-cors` does; preflights get 204. */
export function addCors(server: FastifyInstance): void {
  server.addHook("onRequest", async (request, reply) => {
    void reply.header("access-control-allow-origin", "*");
    void reply.header("access-control-expose-headers", EXPOSED);
    if (request.method !== "OPTIONS") return;
    void reply.header("access-control-allow-methods", "GET, HEAD, POST, OPTIONS");
    void reply.header("access-control-allow-headers", `content-type, ${HEIGHT_HEADER}`);
    void reply.header("access-control-max-age", "600");
    await reply.code(204).send();
  });
}
