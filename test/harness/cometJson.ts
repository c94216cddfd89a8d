import { formatInstant } from "#core/codec/civilTime.js";
import type { BlockID, Commit, Header, Validator } from "#core/codec/generated/tendermint/types.js";
import type { JsonObject, JsonValue } from "#core/codec/json.js";
import type { LightBlock } from "#core/comet/lightBlock.js";
import { toBase64, toUpperHex } from "#core/primitives/bytes.js";
import type { Event } from "#core/primitives/event.js";
import type { TxResult } from "#sdk/rpc/txResult.js";

/** JSON as CometBFT v0.38's RPC writes it; test/vectors/cometRpc.json shows real answers. */
export function headerJson(header: Header): JsonObject {
  return {
    version: { block: String(header.version.block), app: String(header.version.app) },
    chain_id: header.chainId,
    height: String(header.height),
    time: formatInstant(header.time),
    last_block_id: blockIdJson(header.lastBlockId),
    last_commit_hash: toUpperHex(header.lastCommitHash),
    data_hash: toUpperHex(header.dataHash),
    validators_hash: toUpperHex(header.validatorsHash),
    next_validators_hash: toUpperHex(header.nextValidatorsHash),
    consensus_hash: toUpperHex(header.consensusHash),
    app_hash: toUpperHex(header.appHash),
    last_results_hash: toUpperHex(header.lastResultsHash),
    evidence_hash: toUpperHex(header.evidenceHash),
    proposer_address: toUpperHex(header.proposerAddress),
  };
}

function blockIdJson({ hash, partSetHeader: { total, hash: partsHash } }: BlockID): JsonObject {
  return { hash: toUpperHex(hash), parts: { total, hash: toUpperHex(partsHash) } };
}

function signaturesJson({ signatures }: Commit): JsonValue[] {
  return signatures.map(({ blockIdFlag, validatorAddress, timestamp, signature }) => ({
    block_id_flag: blockIdFlag,
    validator_address: toUpperHex(validatorAddress),
    timestamp: signature.length === 0 ? "0001-01-01T00:00:00Z" : formatInstant(timestamp),
    signature: signature.length === 0 ? null : toBase64(signature),
  }));
}

/** Result of `commit`. */
export function commitJson({ signedHeader: { header, commit } }: LightBlock): JsonObject {
  const { height, round, blockId } = commit;
  return {
    signed_header: {
      header: headerJson(header),
      commit: {
        height: String(height),
        round,
        block_id: blockIdJson(blockId),
        signatures: signaturesJson(commit),
      },
    },
    canonical: true,
  };
}

/** One page of `validators`. */
export function validatorsJson(
  validators: readonly Validator[],
  { page, per_page: perPage }: JsonObject,
): JsonObject {
  const size = Number(perPage);
  const shown = validators.slice((Number(page) - 1) * size, Number(page) * size);
  return {
    block_height: "1",
    validators: shown.map((one) => ({
      address: toUpperHex(one.address),
      pub_key: { type: "tendermint/PubKeyEd25519", value: toBase64(one.pubKey.ed25519) },
      voting_power: String(one.votingPower),
      proposer_priority: String(one.proposerPriority),
    })),
    count: String(shown.length),
    total: String(validators.length),
  };
}

/** A transaction's result within `tx`, `tx_search` and `block_results`. */
export function txResultJson(result: TxResult): JsonObject {
  return {
    code: result.code,
    data: result.data.length === 0 ? null : toBase64(result.data),
    log: result.log,
    info: "",
    gas_wanted: String(result.gasWanted),
    gas_used: String(result.gasUsed),
    events: eventsJson(result.events),
    codespace: result.codespace,
  };
}

/** Events; null for none, as Go has it. */
export function eventsJson(events: readonly Event[]): JsonValue {
  if (events.length === 0) return null;
  return events.map(({ type, attributes }) => ({
    type,
    attributes: attributes.map(({ key, value }) => ({ key, value, index: true })),
  }));
}
