import { defineConfig } from "vitest/config";
import base from "./vitest.config.js";

/**
 * Further stories on networks of their own, whose rules `make test` proves in memory: it leaves them
 * to `make test-e2e` and `make test-all`, because it has 25 minutes.
 */
const FURTHER = [
  "test/e2e/explorer/{newcomer,trouble}.e2e.test.ts",
  "test/e2e/{buckets,native,parts,shadow,stateSync}.e2e.test.ts",
];
const isWhole =
  process.env["AIVM_TEST_PARTS"] === "all" || process.env["AIVM_TEST_COUNTS"] === "full";

// Tests that start real processes: one file at a time, under no other load.
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ["test/e2e/**/*.e2e.test.ts"],
    exclude: ["**/node_modules/**", ...(isWhole ? [] : FURTHER)],
    testTimeout: 180_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
});
