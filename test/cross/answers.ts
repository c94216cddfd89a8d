import type { Host } from "./host.js";

/** Kinds of vectors that a probe runs. */
export const GROUPS = ["conformance", "operators", "networks", "stopped code"] as const;

/** One kind of vectors. */
export type Group = (typeof GROUPS)[number];

/** What a probe is asked to run. */
export interface ProbeTask {
  readonly groups: readonly Group[];
  /** Folder of the project. */
  readonly root: string;
  readonly operatorFile: string;
  readonly networkFile: string;
}

/** Digests in hex of vectors, by group and by name. */
export type Digests = ReadonlyMap<Group, ReadonlyMap<string, string>>;

/** What a probe printed. */
export interface Answers {
  readonly host: Host;
  readonly digests: Digests;
}

/** How the digests of one group compare with the expected ones. */
export interface Comparison {
  readonly group: Group;
  readonly vectors: number;
  /** Names of those that differ or are missing on one side. */
  readonly different: readonly string[];
}

/** Reads the lines of a probe. Throws a `TypeError` when the host's line is missing. */
export function readAnswers(text: string): Answers {
  const digests = new Map<Group, Map<string, string>>();
  let host: Host | undefined;
  for (const line of text.split("\n").filter((entry) => entry !== "")) {
    const entry = JSON.parse(line) as Partial<Answers> & {
      readonly group: Group;
      readonly name: string;
      readonly digest: string;
    };
    if (entry.host !== undefined) {
      host = entry.host;
      continue;
    }
    const group = digests.get(entry.group) ?? new Map<string, string>();
    digests.set(entry.group, group.set(entry.name, entry.digest));
  }
  if (host === undefined) throw new TypeError("the probe did not say where it ran");
  return { host, digests };
}

/** Compares a group: a vector that only one side has differs, and so does a group without any. */
export function compareGroup(group: Group, found: Digests, expected: Digests): Comparison {
  const mine = found.get(group) ?? new Map<string, string>();
  const wanted = expected.get(group) ?? new Map<string, string>();
  const names = new Set([...wanted.keys(), ...mine.keys()]);
  const different = [...names].filter((name) => mine.get(name) !== wanted.get(name));
  if (names.size === 0) different.push("no vector ran");
  return { group, vectors: wanted.size, different };
}

/** Name of an operator vector: several differ in nothing but their model. */
export function operatorVectorName(
  index: number,
  { name, version }: { readonly name: string; readonly version: number },
): string {
  return `${index + 1} ${name} in set ${version}`;
}
