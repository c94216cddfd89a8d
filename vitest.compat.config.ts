import { defineConfig } from "vitest/config";
import base from "./vitest.config.js";

// What other people's clients and chains make of this one: `make test-compat`.
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: [
      "test/vectors/**/*.test.ts",
      "test/compat/**/*.test.ts",
      "test/e2e/cosmjs.e2e.test.ts",
      "test/e2e/doors/**/*.e2e.test.ts",
      "test/e2e/compat/**/*.compat.test.ts",
    ],
    exclude: ["**/node_modules/**"],
    testTimeout: 180_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
});
