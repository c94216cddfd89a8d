import { Client, credentials } from "@grpc/grpc-js";
import {
  QueryBalanceRequest,
  QueryBalanceResponse,
} from "#core/codec/generated/cosmos/bank/v1beta1.js";
import type { JsonValue } from "#core/codec/json.js";
import { assertDefined } from "#core/primitives/assert.js";
import { listAt, memberOf } from "./jsonObject.js";
import type { Rpc } from "./rpc.js";

/** One question, asked through one door; fails where the answer is none. */
export type Ask = (address: string) => Promise<void>;

const BALANCE = "/cosmos.bank.v1beta1.Query/Balance";

/** The balance of an account over REST. */
export function restBalance(rest: string, denom: string): Ask {
  return async (address) => {
    await getJson(`${rest}/cosmos/bank/v1beta1/balances/${address}/by_denom?denom=${denom}`);
  };
}

/** The same through an ABCI query over CometBFT's RPC. */
export function abciBalance(rpc: Rpc, denom: string): Ask {
  return async (address) => {
    const answer = await rpc.query(BALANCE, QueryBalanceRequest.encode({ address, denom }));
    assertDefined(QueryBalanceResponse.decode(answer).balance, "every account has a balance");
  };
}

/** The same over gRPC, all calls on one connection. */
export function grpcBalance(
  target: string,
  denom: string,
): { readonly ask: Ask; readonly close: () => void } {
  const client = new Client(target, credentials.createInsecure());
  const raw = (bytes: Buffer): Buffer => bytes;
  const ask: Ask = (address) =>
    new Promise((settle, fail) => {
      const request = Buffer.from(QueryBalanceRequest.encode({ address, denom }));
      client.makeUnaryRequest(BALANCE, raw, raw, request, (error) => {
        if (error === null) settle();
        else fail(error);
      });
    });
  return {
    ask,
    close: () => {
      client.close();
    },
  };
}

/** Asks from so many clients at once until the time is over; gives how many were answered. */
export async function askFor(
  seconds: number,
  clients: number,
  { ask, addresses }: { readonly ask: Ask; readonly addresses: readonly string[] },
): Promise<number> {
  const endMs = performance.now() + seconds * 1_000;
  let answered = 0;
  const one = async (_: unknown, client: number): Promise<void> => {
    for (let at = client; performance.now() < endMs; at += clients) {
      await ask(assertDefined(addresses[at % addresses.length], "there are addresses"));
      answered++;
    }
  };
  await Promise.all(Array.from({ length: clients }, one));
  return answered;
}

/** Walks all accounts over REST by pages of 1,000; gives how many there were. */
export async function walkAccounts(rest: string): Promise<number> {
  let count = 0;
  let key = "";
  do {
    const from = key === "" ? "" : `&pagination.key=${encodeURIComponent(key)}`;
    const url = `${rest}/cosmos/auth/v1beta1/accounts?pagination.limit=1000${from}`;
    const page = await getJson(url);
    count += listAt(page, "accounts").length;
    const next = memberOf(page, "pagination", "next_key");
    key = typeof next === "string" ? next : "";
  } while (key !== "");
  return count;
}

async function getJson(url: string): Promise<JsonValue> {
  const response = await fetch(url);
  const json = (await response.json()) as JsonValue;
  if (response.status !== 200) throw new Error(`${url}: ${JSON.stringify(json)}`);
  return json;
}
