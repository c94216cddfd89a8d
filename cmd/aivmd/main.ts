#!/usr/bin/env -S node --max-semi-space-size=128
import { COMMAND_GROUPS } from "./root.js";
import { run } from "./run.js";

// Whoever reads our output may stop reading, as `head` does; that is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

const { env: environment, stdin, stdout, stderr } = process;
const io = { environment, stdin, stdout, stderr, signals: process };
const code = await run(process.argv.slice(2), io, COMMAND_GROUPS);
// A pipe may still have to take what was written; then nothing that is open may hold the process.
await Promise.all([stdout, stderr].map((stream) => new Promise((done) => stream.write("", done))));
process.exit(code);
