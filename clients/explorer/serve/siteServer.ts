import { createReadStream, statSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import { extname, join, normalize, sep } from "node:path";

/** What is served, and files that are not in the folder. */
export interface Site {
  /** Folder of the built site. */
  readonly folder: string;
  /** Contents by path, such as `/config.json`; they go before the folder's. */
  readonly extra?: Readonly<Record<string, string>> | undefined;
}

const TYPES: ReadonlyMap<string, string> = new Map([
  [".css", "text/css; charset=utf-8"],
  [".html", "text/html; charset=utf-8"],
  [".js", "text/javascript; charset=utf-8"],
  [".json", "application/json"],
  [".svg", "image/svg+xml"],
]);

/** A server of static files; nothing outside of the folder and the extra files is ever served. */
export function siteServer({ folder, extra = {} }: Site): Server {
  return createServer((request, response) => {
    response.setHeader("x-content-type-options", "nosniff");
    response.setHeader("cache-control", "no-cache");
    // Where the page pays, nobody may put it under a page of theirs; its own policy cannot say that.
    response.setHeader("x-frame-options", "DENY");
    if (request.method !== "GET" && request.method !== "HEAD") {
      refuse(response, 405, "only GET and HEAD");
      return;
    }
    const path = pathOf(request.url ?? "/");
    if (path === undefined) {
      refuse(response, 400, "not a path");
      return;
    }
    const text = Object.hasOwn(extra, path) ? extra[path] : undefined;
    const file = join(folder, path);
    if (text === undefined && !isFileWithin(folder, file)) {
      refuse(response, 404, "no such file");
      return;
    }
    const type = TYPES.get(extname(path)) ?? "application/octet-stream";
    response.writeHead(200, { "content-type": type });
    if (request.method === "HEAD") response.end();
    else if (text !== undefined) response.end(text);
    else
      createReadStream(file)
        .on("error", () => response.destroy())
        .pipe(response);
  });
}

/** The path of a request's target, decoded and without dots; undefined for what is none. */
function pathOf(target: string): string | undefined {
  try {
    const path = decodeURIComponent(target.split(/[?#]/)[0] ?? "");
    if (!path.startsWith("/") || path.includes("\0") || path.includes("\\")) return undefined;
    const plain = normalize(path);
    return plain.endsWith("/") ? `${plain}index.html` : plain;
  } catch {
    return undefined;
  }
}

function isFileWithin(folder: string, file: string): boolean {
  if (!file.startsWith(normalize(folder) + sep)) return false;
  return statSync(file, { throwIfNoEntry: false })?.isFile() === true;
}

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" });
  response.end(`${text}\n`);
}
