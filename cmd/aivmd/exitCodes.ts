/** How the program ends, by what happened; docs/guides/cli.md has the same table. */
export const EXIT_CODES = {
  done: { code: 0, meaning: "the command did its work" },
  failed: {
    code: 1,
    meaning:
      "it failed; standard error has the codespace, the code and the sentence (JSON with -o json)",
  },
  wrongUse: { code: 2, meaning: "it was used wrongly; nothing was done" },
  interrupted: { code: 130, meaning: "a second SIGINT ended it at once" },
  terminated: { code: 143, meaning: "a second SIGTERM ended it at once" },
} as const;

/** What a command line gives back that no signal ended. */
export type ExitCode = 0 | 1 | 2;

/** The table for people, a line for each code. */
export function exitCodesText(): string {
  return Object.values(EXIT_CODES)
    .map(({ code, meaning }) => `  ${String(code).padEnd(4)} ${meaning}`)
    .join("\n");
}
