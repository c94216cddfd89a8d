/** The peer sent what ABCI does not allow: the connection cannot be trusted any further. */
export class AbciProtocolError extends Error {
  constructor(problem: string) {
    super(problem);
    this.name = "AbciProtocolError";
  }
}

/** The application answered a call with an exception, which ends the conversation. */
export class AbciException extends Error {
  constructor(text: string) {
    super(text);
    this.name = "AbciException";
  }
}

/** The connection to the application is gone, or was never made. */
export class AbciConnectionError extends Error {
  constructor(problem: string, cause?: unknown) {
    super(problem, { cause });
    this.name = "AbciConnectionError";
  }
}

/** The address cannot be listened on, or says nothing that this package understands. */
export class AbciAddressError extends Error {
  readonly address: string;

  constructor(address: string, problem: string) {
    super(`${address}: ${problem}`);
    this.name = "AbciAddressError";
    this.address = address;
  }
}
