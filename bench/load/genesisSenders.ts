import { isJsonObject } from "./jsonObject.js";
import type { JsonObject, JsonValue } from "#core/codec/json.js";
import type { Sender } from "./sends.js";

/** What every sender starts with: more than any run spends. */
const BALANCE = "1000000000000";

/** Numbers of the senders' accounts begin here; those of the chain's own are lower. */
export const FIRST_ACCOUNT_NUMBER = 100n;

/**
 * Adds funded accounts to the `app_state` of a Cosmos chain, ours or another. The supply is left to
 * the chain, which derives it from the balances.
 */
export function fundSenders(
  appState: JsonObject,
  senders: readonly Sender[],
  denom: string,
): JsonObject {
  const auth = section(appState, "auth");
  const bank = section(appState, "bank");
  const accounts = senders.map(({ address }, index) => ({
    "@type": "/cosmos.auth.v1beta1.BaseAccount",
    address,
    pub_key: null,
    account_number: String(FIRST_ACCOUNT_NUMBER + BigInt(index)),
    sequence: "0",
  }));
  const balances = senders.map(({ address }) => ({
    address,
    coins: [{ denom, amount: BALANCE }],
  }));
  return {
    ...appState,
    auth: { ...auth, accounts: [...list(auth["accounts"]), ...accounts] },
    bank: { ...bank, supply: [], balances: [...list(bank["balances"]), ...balances] },
  };
}

function section(appState: JsonObject, name: string): JsonObject {
  const found = appState[name];
  if (!isJsonObject(found)) throw new Error(`the genesis has no section ${name}`);
  return found;
}

function list(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}
