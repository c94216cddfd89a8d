import type { Event as WireEvent, ExecTxResult } from "#core/codec/generated/tendermint/abci.js";
import type { Event } from "#core/primitives/event.js";
import type { TxResult } from "#core/baseapp/txResult.js";

/** An event; whether an attribute is indexed is left behind. */
export function eventFromWire(wire: WireEvent): Event {
  return {
    type: wire.type,
    attributes: wire.attributes.map(({ key, value }) => ({ key, value })),
  };
}

/** An event; its attributes are indexed unless they say otherwise. */
export function eventToWire(event: Event): WireEvent {
  return {
    type: event.type,
    attributes: event.attributes.map(({ key, value, index = true }) => ({ key, value, index })),
  };
}

/** The result of a transaction that was checked or executed; ABCI has the same fields for both. */
export function txResultFromWire(wire: ExecTxResult): TxResult {
  const { code, codespace, log, data, gasWanted, gasUsed } = wire;
  return { code, codespace, log, data, gasWanted, gasUsed, events: wire.events.map(eventFromWire) };
}

/** Inverse of {@link txResultFromWire}. */
export function txResultToWire(result: TxResult): ExecTxResult {
  const { code, codespace, log, data, gasWanted, gasUsed } = result;
  const events = result.events.map(eventToWire);
  return { code, codespace, log, data, info: "", gasWanted, gasUsed, events };
}
