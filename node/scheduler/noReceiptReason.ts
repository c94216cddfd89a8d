/** Why a host could not finish an execution, as metrics count it. */
export type NoReceiptReason = "timeout" | "crash" | "memory" | "artifact" | "closed" | "other";

/** Phrases of `sandbox/worker` and `sandbox/artifacts`. */
const PHRASES: ReadonlyArray<readonly [RegExp, NoReceiptReason]> = [
  [/^the sandbox process took more than /, "timeout"],
  [/^the sandbox process took \d+ bytes of memory$/, "memory"],
  [/bad_alloc|could not allocate memory/, "memory"],
  [/^the sandbox process (ended|cannot be reached)/, "crash"],
  [/^no sandbox process: /, "crash"],
  [/^artifact /, "artifact"],
  [/^the sandbox is closed$/, "closed"],
];

/** Sorts a sandbox's reason into one of a few words, so that metrics stay few. */
export function noReceiptReason(text: string): NoReceiptReason {
  return PHRASES.find(([pattern]) => pattern.test(text))?.[1] ?? "other";
}
