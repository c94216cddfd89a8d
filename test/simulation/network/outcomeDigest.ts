import type { FinalizeBlockResponse } from "#core/abci/responses.js";
import { sha256 } from "#core/crypto/hash.js";
import type { Event } from "#core/primitives/event.js";
import { toHex, utf8 } from "#core/primitives/bytes.js";

/** What a block did, as hashes that must be equal on every node. */
export interface OutcomeDigest {
  /** Hex. */
  readonly appHash: string;
  /** Hex over results, events and validator updates. */
  readonly results: string;
}

/** Digests the outcome of a block, events and logs included. */
export function digestOf(outcome: FinalizeBlockResponse): OutcomeDigest {
  const parts = [
    ...outcome.txResults.flatMap((result) => [
      `${result.codespace}/${result.code} ${result.gasWanted} ${result.gasUsed} ${result.log}`,
      toHex(result.data),
      ...result.events.map(eventText),
    ]),
    ...outcome.events.map(eventText),
    ...outcome.validatorUpdates.map(({ publicKey, power }) => `${toHex(publicKey)} ${power}`),
  ];
  return { appHash: toHex(outcome.appHash), results: toHex(sha256(utf8(parts.join("\n")))) };
}

function eventText({ type, attributes }: Event): string {
  return `${type} ${attributes.map(({ key, value }) => `${key}=${value}`).join(" ")}`;
}
