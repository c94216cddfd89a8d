#!/usr/bin/env node
import { COMMAND_GROUPS } from "./root.js";
import { run } from "./run.js";

// Whoever reads our output may stop reading, as `head` does; that is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

const { env: environment, stdin, stdout, stderr } = process;
const io = { environment, stdin, stdout, stderr, signals: process };
process.exit(await run(process.argv.slice(2), io, COMMAND_GROUPS));
