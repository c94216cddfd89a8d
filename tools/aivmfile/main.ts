import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { format, resolveConfig } from "prettier";
import { MANIFEST_SCHEMA, manifestSchema } from "./manifestSchema.js";
import { AIVMFILE_PAGE, renderAivmfile } from "./renderAivmfile.js";

/** Writes `docs/spec/aivmfile.md` and `docs/spec/manifest.schema.json` from the code's tables. */
writeFileSync(AIVMFILE_PAGE, renderAivmfile());
const config = await resolveConfig(fileURLToPath(MANIFEST_SCHEMA));
const schema = await format(JSON.stringify(manifestSchema()), { ...config, parser: "json" });
writeFileSync(MANIFEST_SCHEMA, schema);
