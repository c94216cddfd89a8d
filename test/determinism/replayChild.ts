import { readFileSync, writeFileSync } from "node:fs";
import { deserialize, serialize } from "node:v8";
import { type Recording, replayBlocks } from "./recording.js";

/** What a child process tells of where it runs. */
export interface Surroundings {
  readonly offsetMinutes: number;
  readonly locale: string | undefined;
  readonly language: string;
}

// Arguments: the recording, the database to be made, the file for the digests.
const [input = "", database = "", output = ""] = process.argv.slice(2);
const recording = deserialize(readFileSync(input)) as Recording;
const digests = replayBlocks(recording, { path: database, reopens: true });
const surroundings: Surroundings = {
  offsetMinutes: -new Date().getTimezoneOffset(),
  locale: process.env["LC_ALL"],
  language: Intl.DateTimeFormat().resolvedOptions().locale,
};
writeFileSync(output, serialize({ digests, surroundings }));
