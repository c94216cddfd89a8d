import { gzipSync } from "node:zlib";
import { join } from "node:path";
import { build } from "vite";
import { expect, test } from "vitest";

const FIRST_PAGE_BYTES_MAX = 200_000;

/** The built files by name, as bytes. */
async function builtFiles(): Promise<ReadonlyMap<string, Buffer>> {
  const root = import.meta.dirname;
  const configFile = join(root, "vite.config.ts");
  const options = { root, configFile, logLevel: "silent", build: { write: false } } as const;
  const built = await build(options);
  if (!("output" in built)) throw new Error("one build gives one output");
  const files = built.output.map((file): readonly [string, Buffer] => {
    return [file.fileName, Buffer.from(file.type === "chunk" ? file.code : file.source)];
  });
  return new Map(files);
}

test("everything that the first page loads is below 200 kB gzipped, and nothing is somebody else's", async () => {
  const files = await builtFiles();
  const html = files.get("index.html")?.toString() ?? "";
  const loaded = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = ""]) => path);
  expect(loaded.filter((path) => !path.startsWith("./"))).toEqual([]);
  // Chunks that are loaded later are counted as well: there are none at present.
  const sizes = [...files].map(([name, bytes]) => [name, gzipSync(bytes).length] as const);
  const total = sizes.reduce((sum, [, size]) => sum + size, 0);
  expect(sizes.length).toBeGreaterThanOrEqual(3);
  expect(total).toBeGreaterThan(20_000);
  expect(total).toBeLessThan(FIRST_PAGE_BYTES_MAX);
  expect(html).not.toMatch(/<script(?![^>]*src=)|<style|\son[a-z]+=/);
});
