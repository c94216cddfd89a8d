/** What a check found out. */
export interface Finding {
  readonly name: string;
  readonly verdict: "ok" | "warn" | "fail";
  /** What is the case. */
  readonly found: string;
  /** What to do about it; empty when all is well. */
  readonly advice: string;
}

/** Makes the findings of one name. */
export interface Findings {
  readonly ok: (found: string) => Finding;
  readonly warn: (found: string, advice: string) => Finding;
  readonly fail: (found: string, advice: string) => Finding;
}

/** The findings of a check. */
export function findings(name: string): Findings {
  return {
    ok: (found) => ({ name, verdict: "ok", found, advice: "" }),
    warn: (found, advice) => ({ name, verdict: "warn", found, advice }),
    fail: (found, advice) => ({ name, verdict: "fail", found, advice }),
  };
}

/** What `work` finds; an error of it is a failure, whose sentence says what to do. */
export function failing<T extends Finding | Promise<Finding>>(
  name: string,
  work: () => T,
): T | Finding {
  try {
    return work();
  } catch (error) {
    return findings(name).fail(sentenceOf(error), "do as it says");
  }
}

/** The sentence of an error. */
export function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
