import type { ComponentChildren } from "preact";
import type { Manifest } from "#core/codec/generated/aivm/kernel/v1.js";
import { toHex } from "#sdk/index.js";
import { Hex } from "../../ui/links.js";

type Fact = readonly [string, ComponentChildren];

/** What a version is made of beside a model and its code: base and adapters, libraries, data. */
export function partFacts({ models, baseVersionId, libraries, data }: Manifest): Fact[] {
  const adapted = models.filter(({ adapterDigest }) => adapterDigest.length > 0);
  const facts: Fact[] = [];
  if (adapted.length > 0) {
    facts.push(["Adapters", namesOf(adapted)]);
    facts.push(["Base version", <Hex key="base" hex={toHex(baseVersionId)} />]);
  }
  if (libraries.length > 0) facts.push(["Libraries", namesOf(libraries)]);
  if (data.length > 0) facts.push(["Data", namesOf(data)]);
  return facts;
}

function namesOf(named: ReadonlyArray<{ readonly name: string }>): string {
  return named.map(({ name }) => name).join(", ");
}
