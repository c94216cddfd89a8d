import type { Field } from "#core/codec/message.js";
import type { QueryCommand } from "./queryTable.js";

const ACCOUNT = "nesa1w2tgtrgx2f6hktgncw22w7quu3xc4zrn8hpm8a";
const OPERATOR = "nesavaloper1w2tgtrgx2f6hktgncw22w7quu3xc4zrnrl64lq";
const CONSENSUS = "nesavalcons1w2tgtrgx2f6hktgncw22w7quu3xc4zrnhvffnp";
const DIGEST = "3398c10d07d229bd91b364548e130e0e51a8e5704b88c7c083ebbeb78842dee2";

/** What may stand for a field, by its proto name. */
const SAMPLES: Readonly<Record<string, string>> = {
  account_id: "0",
  address: ACCOUNT,
  address_bytes: "7296858d0652757b2d13c394a7781ce44d8a8873",
  address_string: ACCOUNT,
  cons_address: CONSENSUS,
  consensus_address: CONSENSUS,
  delegator_addr: ACCOUNT,
  delegator_address: ACCOUNT,
  denom: "unes",
  denoms: "unes",
  digest: DIGEST,
  height: "100",
  id: "1",
  index: "0",
  kernel: "digits",
  name: "digits",
  operator_address: OPERATOR,
  request_id: "1",
  validator_addr: OPERATOR,
  validator_address: OPERATOR,
};

/** The example at the end of a query's help. */
export function exampleOf(query: QueryCommand): string {
  const words = query.positional.map((field) => sampleOf(field));
  return ["aivmd query", query.group, query.name, ...words].join(" ");
}

/** A value of a field that its command takes. */
export function sampleOf({ protoName, kind }: Pick<Field, "protoName" | "kind">): string {
  // Ids of versions are digests, all others numbers.
  return kind === "bytes" && protoName === "id" ? DIGEST : (SAMPLES[protoName] ?? "");
}
