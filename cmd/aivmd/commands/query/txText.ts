import type { TxResponse } from "#core/codec/generated/cosmos/base/abci/v1beta1.js";
import { attempt } from "#core/codec/attempt.js";
import { TxMsgData } from "#core/codec/generated/cosmos/base/abci/v1beta1.js";
import { fromHex } from "#core/primitives/bytes.js";
import { ChainError } from "#core/primitives/errors.js";
import type { Terminal } from "../../terminal/terminal.js";
import { answerText } from "./answerText.js";
import { CLIENT_TYPES } from "./clientTypes.js";
import { isRecord, readable, type Readable } from "./readable.js";

type Pairs = Array<readonly [string, string]>;

/** Text of a transaction in a block: its verdict, what it cost, and what its messages returned. */
export function txText(terminal: Terminal, response: TxResponse): string {
  const { height, txhash, code, codespace, rawLog, gasUsed, gasWanted } = response;
  const verdict = code === 0 ? "0" : `${codespace}/${code} ${rawLog}`;
  const pairs: Pairs = [
    ["code", verdict],
    ["height", String(height)],
    ["hash", txhash],
    ["gas", `${gasUsed} used of ${gasWanted}`],
  ];
  if (response.timestamp !== "") pairs.push(["time", response.timestamp]);
  for (const [index, message] of messagesOf(response).entries()) {
    pairs.push([`message ${index}`, answerText(terminal, message)]);
  }
  for (const returned of returnedBy(response)) {
    pairs.push(["returned", answerText(terminal, returned)]);
  }
  return terminal.pairs(pairs);
}

/** The messages of a transaction that came with the answer. */
function messagesOf({ tx }: TxResponse): readonly Readable[] {
  if (tx === undefined) return [];
  const codec = CLIENT_TYPES.get(tx.typeUrl);
  const whole = readable(codec, codec.decode(tx.value), CLIENT_TYPES);
  const body = memberOf(whole, "body");
  const messages = body === undefined ? undefined : memberOf(body, "messages");
  return messages === undefined || typeof messages === "string" || isRecord(messages)
    ? []
    : messages;
}

function memberOf(value: Readable, name: string): Readable | undefined {
  if (!isRecord(value)) return undefined;
  return value.entries.find(([entry]) => entry === name)?.[1];
}

/** What the messages returned, those left out that return nothing. */
function returnedBy({ data }: TxResponse): readonly Readable[] {
  const bytes = fromHex(data) ?? new Uint8Array(0);
  const decoded = attempt(() =>
    TxMsgData.decode(bytes).msgResponses.map((packed) => {
      const codec = CLIENT_TYPES.get(packed.typeUrl);
      return readable(codec, codec.decode(packed.value), CLIENT_TYPES);
    }),
  );
  if (decoded instanceof ChainError) return [];
  return decoded.filter((value) => !isRecord(value) || value.entries.length > 0);
}
