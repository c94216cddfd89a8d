import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { PublicExport } from "./publicExports.js";
import { ROOT } from "./program.js";

/** The guide. */
const GUIDE = "docs/guides/sdk.md";

/**
 * The blocks of the guide as one example, because each goes on where the one before stopped; each
 * is a block of its own that sees what the earlier ones declared.
 */
export function guideExample(): PublicExport {
  const guide = readFileSync(join(ROOT, GUIDE), "utf8");
  const blocks = [...guide.matchAll(/^```ts\n(.*?)^```/gms)].map(([, block = ""]) => block);
  const nested = blocks.map((block) => block.replace(/^import [^;]*;$/gm, "")).join("{\n");
  const source = `${nested}${"}\n".repeat(Math.max(0, blocks.length - 1))}`;
  const rest = { kind: "function", file: GUIDE, signature: "", text: "" } as const;
  return { name: "the guide", ...rest, examples: [source] };
}
