/** A way in which V8 may compile the engines. */
export interface Tier {
  readonly name: string;
  /** What it is, for the help. */
  readonly meaning: string;
  /** Flags of Node. */
  readonly flags: readonly string[];
}

/**
 * What validators run first, then the compilers one by one; `make test-cross` has processors, too.
 */
export const TIERS: readonly Tier[] = [
  { name: "default", meaning: "as validators run it: V8 chooses", flags: [] },
  {
    name: "baseline",
    meaning: "WebAssembly by the compiler that optimises nothing",
    flags: ["--liftoff-only"],
  },
  {
    name: "optimised",
    meaning: "WebAssembly by the optimising compiler alone",
    flags: ["--no-liftoff"],
  },
  {
    name: "interpreted",
    meaning: "JavaScript around the engines interpreted",
    flags: ["--no-opt", "--no-sparkplug", "--no-maglev"],
  },
  {
    name: "turbofan",
    meaning: "JavaScript around the engines optimised at once",
    flags: ["--always-turbofan"],
  },
];
