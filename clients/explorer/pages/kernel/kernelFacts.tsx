import type { JSX } from "preact";
import {
  AggregationKindNames,
  type Kernel,
  type Manifest,
  SeedKindNames,
  type Version,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { shortName, toHex } from "#sdk/index.js";
import { type KernelBucket, kernelBuckets } from "#sdk/kernel/kernelBuckets.js";
import { formatUnes, groupDigits } from "../../format/amount.js";
import { spokenName } from "../../format/short.js";
import { Facts } from "../../ui/facts.js";
import { Hex } from "../../ui/links.js";
import { authorPrice } from "./authorPrice.js";
import { partFacts } from "./partFacts.js";

const MIB = 1_048_576n;

/** How the version that runs is run, and under what licence. */
export function KernelFacts({
  kernel,
  version,
  manifest,
}: {
  readonly kernel: Kernel;
  readonly version: Version;
  readonly manifest: Manifest;
}): JSX.Element {
  const { committee, limits, modelEngine, aggregation, seed } = manifest;
  return (
    <Facts
      facts={[
        ["Author’s price", formatUnes(authorPrice(kernel, manifest))],
        ["Licence", manifest.license],
        ["Engine", `${modelEngine.name} ${modelEngine.version}`],
        ["Agreement", spokenName(shortName(AggregationKindNames, aggregation.kind))],
        ["Seed", spokenName(shortName(SeedKindNames, seed.kind))],
        ["Committee", `${committee.target} of ${committee.minimum} to ${committee.maximum}`],
        ["Gas limit", groupDigits(limits.gas)],
        ...kernelBuckets(manifest, version.bucketGas).map(bucketFact),
        ["Measured", `${groupDigits(version.modelGas)} gas`],
        ["Memory", `${groupDigits(limits.memoryBytes / MIB)} MiB`],
        ...partFacts(manifest),
        ["Version id", <Hex key="id" hex={toHex(version.id)} />],
      ]}
    />
  );
}

function bucketFact({ bucket, gas, measuredGas = 0n }: KernelBucket): readonly [string, string] {
  return [`Gas of ${bucket}`, `${groupDigits(gas)}, measured ${groupDigits(measuredGas)}`];
}
