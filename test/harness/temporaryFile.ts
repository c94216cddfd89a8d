import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A path in a folder of its own, which goes when the test ends. */
export function temporaryFile(name = "state.db"): string {
  const folder = mkdtempSync(join(tmpdir(), "aivm-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  return join(folder, name);
}
