import { createHash } from "node:crypto";
import type { FastifyInstance } from "fastify";
import type { DoorCalls } from "../../doors/doorCalls.js";
import { DOCS_HTML, DOCS_SCRIPT, DOCS_STYLE } from "./docsPage.js";
import { openApi } from "./openApi.js";

const POLICY = [
  "default-src 'none'",
  "connect-src 'self'",
  `script-src '${digestOf(DOCS_SCRIPT)}'`,
  `style-src '${digestOf(DOCS_STYLE)}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Serves the description of the door under `/openapi.json` and a page to read it under `/docs`. */
export function addDocs(server: FastifyInstance, calls: DoorCalls): void {
  const description = JSON.stringify(openApi(calls));
  server.get("/openapi.json", (_request, reply) =>
    reply.type("application/json").send(description),
  );
  server.get("/docs", (_request, reply) =>
    reply
      .type("text/html; charset=utf-8")
      .header("content-security-policy", POLICY)
      .header("x-content-type-options", "nosniff")
      .send(DOCS_HTML),
  );
}

function digestOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
