import { writeFileSync } from "node:fs";
import { OPERATOR_PAGE, renderOperators } from "./renderOperators.js";

/** Writes `docs/spec/operators.md` from the profile. */
writeFileSync(OPERATOR_PAGE, renderOperators());
