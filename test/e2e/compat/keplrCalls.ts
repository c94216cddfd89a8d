/** What was seen, by what was asked: `<status> <JSON>` for HTTP. */
export type CallReport = Record<string, string>;

/** Asks over HTTP from within a page, and writes what came into a report. */
export type Ask = (name: string, url: string, body?: object) => Promise<void>;

/** Asks for a report. */
export function askerOf(report: CallReport): Ask {
  return async (name, url, body) => {
    const json = { "content-type": "application/json" };
    const init = { method: "POST", headers: json, body: JSON.stringify(body) };
    const response = await fetch(url, body === undefined ? {} : init);
    report[name] = `${response.status} ${await response.text()}`;
  };
}

/** Routes by whose answers Keplr learns what a chain can. */
export const PROBES = [
  "/ibc/apps/transfer/v1/params",
  "/ibc/apps/transfer/v1/denoms/test",
  "/feemarket/v1/params",
  "/cosmos/authz/v1beta1/grants/granter/test",
];

/** A socket of CometBFT's. */
export interface CometSocket {
  /** Settles with the first event of a subscription. */
  readonly first: (query: string) => Promise<string>;
  readonly close: () => void;
}

/** Opens the socket of an RPC, as Keplr does before it takes a chain. */
export async function openSocket(rpc: string): Promise<CometSocket> {
  const socket = new WebSocket(`${rpc.replace("http", "ws")}/websocket`);
  const waiting = new Map<string, (event: string) => void>();
  socket.addEventListener("message", ({ data }) => {
    const { result } = JSON.parse(String(data)) as { result?: { query?: string; data?: object } };
    if (result?.query !== undefined) waiting.get(result.query)?.(JSON.stringify(result.data));
  });
  await new Promise((settle, fail) => {
    socket.addEventListener("open", settle);
    socket.addEventListener("error", () => {
      fail(new Error(`no websocket at ${rpc}`));
    });
  });
  return {
    first: (query) => {
      const call = { jsonrpc: "2.0", id: waiting.size, method: "subscribe", params: { query } };
      socket.send(JSON.stringify(call));
      return new Promise((settle) => waiting.set(query, settle));
    },
    close: () => {
      socket.close();
    },
  };
}
