import { attempt } from "#core/codec/attempt.js";
import { verifyStoreProof } from "#core/comet/storeProof.js";
import { ChainError } from "#core/primitives/errors.js";
import { SdkError } from "../errors.js";
import { refusal } from "../query/callQuery.js";
import type { ProvenEntry, StorePlace, StoreProver } from "../query/storeProver.js";
import { abciQuery, type AbciAnswer } from "../rpc/abciQuery.js";
import type { CallOptions, RpcTransport } from "../rpc/transport.js";
import type { LightClient } from "./lightClient.js";

/**
 * Proves answers of an endpoint by ICS-23 against headers that a light client verifies.
 *
 * @example
 * const prover = storeProver(rpc, await trustFromGenesis(genesisJson, { primary: rpc }));
 * const { result, proof } = await getResult({ rpc, prover }, requestId);
 */
export function storeProver(rpc: RpcTransport, light: LightClient): StoreProver {
  return { readProven: (place, options = {}) => readProven(rpc, light, place, options) };
}

async function readProven(
  rpc: RpcTransport,
  light: LightClient,
  place: StorePlace,
  { signal }: CallOptions,
): Promise<ProvenEntry> {
  const { store, key, height } = place;
  const path = `/store/${store}/key`;
  const answer = await abciQuery(rpc, { path, data: key, height, prove: true }, { signal });
  if (answer.code !== 0) throw refusal(path, answer);
  const { appHash } = await light.verifyHeader(height + 1n, { signal });
  return { value: checkAnswer(appHash, place, answer), height, appHash };
}

/** The answer's value, if the app hash covers it. */
function checkAnswer(
  appHash: Uint8Array,
  { store, key, height }: StorePlace,
  answer: AbciAnswer,
): Uint8Array | undefined {
  const value = answer.value.length === 0 ? undefined : answer.value;
  const failure = attempt(() => {
    verifyStoreProof(appHash, answer.proofOps, { storeName: store, key, value });
  });
  if (failure instanceof ChainError) throw new SdkError("UNPROVEN", { store, height }, failure);
  return value;
}
