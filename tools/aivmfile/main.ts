import { writeFileSync } from "node:fs";
import { AIVMFILE_PAGE, renderAivmfile } from "./renderAivmfile.js";

/** Writes `docs/spec/aivmfile.md` from the parser's tables. */
writeFileSync(AIVMFILE_PAGE, renderAivmfile());
