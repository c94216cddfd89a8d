import { expect, test } from "vitest";
import type { AbciApplication } from "#core/abci/application.js";
import { INERT_APPLICATION } from "#core/abci/inertApplication.js";
import type { FinalizeBlockResponse } from "#core/abci/responses.js";
import { event } from "#core/primitives/event.js";
import { indexingSome } from "./indexingSome.js";

const EMPTY = new Uint8Array(0);

function emitting(): AbciApplication {
  const result = { code: 0, codespace: "", log: "", data: EMPTY, gasWanted: 0n, gasUsed: 0n };
  const sent = event("transfer", [
    ["sender", "a"],
    ["amount", "1unes"],
  ]);
  const response: FinalizeBlockResponse = {
    events: [event("inference.requested", [["request_id", 1n]])],
    txResults: [{ ...result, events: [sent] }],
    validatorUpdates: [],
    consensusParamUpdates: undefined,
    appHash: EMPTY,
  };
  return { ...INERT_APPLICATION, finalizeBlock: () => response };
}

test("only the named attributes are indexed, in events of transactions and of the block", () => {
  const application = indexingSome(emitting(), ["transfer.sender", "requested.request_id"]);
  const { events, txResults } = application.finalizeBlock({} as never);
  expect(txResults[0]?.events[0]?.attributes).toEqual([
    { key: "sender", value: "a", index: true },
    { key: "amount", value: "1unes", index: false },
  ]);
  expect(events[0]?.attributes).toEqual([{ key: "request_id", value: "1", index: false }]);
});

test("types with dots are named whole", () => {
  const application = indexingSome(emitting(), ["inference.requested.request_id"]);
  const { events } = application.finalizeBlock({} as never);
  expect(events[0]?.attributes[0]?.index).toBe(true);
});
