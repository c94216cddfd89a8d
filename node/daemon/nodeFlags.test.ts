import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "#sandbox/worker/permissions.js";
import { NODE_FLAGS } from "./nodeFlags.js";

test("the executable starts Node with the flags that networks of ours use", () => {
  const [first] = readFileSync(join(packageRoot(), "cmd/aivmd/main.ts"), "utf8").split("\n");
  expect(first).toBe(`#!/usr/bin/env -S node ${NODE_FLAGS.join(" ")}`);
});
