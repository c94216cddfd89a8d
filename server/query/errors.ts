import { defineError } from "#core/primitives/errors.js";

const CODESPACE = "server";

/** More queries wait than this node takes, or one waited too long: ask again later, or elsewhere. */
export const queryBusy = defineError(CODESPACE, {
  code: 2,
  summary: "the node is busy answering queries; try again later",
});

/** A query took longer than this node allows; it was given up. */
export const queryTimeout = defineError(CODESPACE, {
  code: 3,
  summary: "the query takes too long for this node",
});

/** The thread that answered the query ended. */
export const queryAborted = defineError(CODESPACE, {
  code: 4,
  summary: "the query could not be answered",
});

/** A door for clients could not be opened. */
export const doorsFailed = defineError(CODESPACE, {
  code: 5,
  summary: "the doors for clients could not be opened",
});
