import { build } from "esbuild";

/**
 * Bundles a source of the project as a browser would get it and imports the result. Fails when
 * anything in it needs Node.
 */
export async function importForBrowser(source: string): Promise<unknown> {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: process.cwd(), loader: "ts" },
    bundle: true,
    write: false,
    format: "esm",
    platform: "browser",
    conditions: ["aivm-source", "browser"],
    logLevel: "silent",
  });
  const [bundle] = outputFiles;
  const encoded = Buffer.from(bundle?.contents ?? []).toString("base64");
  return import(`data:text/javascript;base64,${encoded}`);
}
