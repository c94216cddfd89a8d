import { defineConfig } from "vitest/config";
import base from "./vitest.config.js";

// Tests that start real processes: one file at a time, under no other load.
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ["test/e2e/**/*.e2e.test.ts"],
    exclude: ["**/node_modules/**"],
    testTimeout: 180_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
});
