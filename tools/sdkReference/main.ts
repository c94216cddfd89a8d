import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readSdk, ROOT } from "./program.js";
import { publicExports } from "./publicExports.js";
import { renderReference } from "./renderReference.js";

/** Writes `docs/reference/sdk.md`. */
writeFileSync(join(ROOT, "docs/reference/sdk.md"), renderReference(publicExports(readSdk())));
