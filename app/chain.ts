/** Smallest denomination; all fees and stakes are in it. */
export const BASE_DENOM = "unes";

/** What people see: 10^6 unes. */
export const DISPLAY_DENOM = "nes";
export const DISPLAY_EXPONENT = 6;

/** Name that nodes report. */
export const APP_NAME = "aivm";

/** Version of the software; the release sets it. */
export const APP_VERSION = "0.1.0";

/** Version of the state machine's protocol, as block headers carry it. */
export const PROTOCOL_VERSION = 1n;
