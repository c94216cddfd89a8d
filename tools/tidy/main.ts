import { formatOffence } from "./offence.js";
import { runChecks } from "./runChecks.js";
import { readTree } from "./tree.js";

/** Prints every offence against the rules about the repository itself; exit code 1 if there is one. */
const offences = runChecks(readTree("."));
for (const offence of offences) console.log(formatOffence(offence));
console.log(offences.length === 0 ? "tidy" : `${offences.length} offences`);
process.exitCode = offences.length === 0 ? 0 : 1;
