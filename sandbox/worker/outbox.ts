import type { ChildReply } from "./messages.js";

/** Replies that may be on their way at a time. */
const MAX_REPLIES = 256;

/** Bytes of outputs that may be on their way at a time. */
const MAX_BYTES = 8 << 20;

/**
 * Replies on their way to the parent. The parent reads none while it is busy with a block, and a
 * pipe holds little; the process goes on meanwhile, up to a bound.
 */
export class Outbox {
  readonly #send: (reply: ChildReply) => Promise<void>;
  #replies = 0;
  #bytes = 0;
  #moved: () => void = () => undefined;

  /** `send` resolves when the reply has been handed to the operating system. */
  constructor(send: (reply: ChildReply) => Promise<void>) {
    this.#send = send;
  }

  /** Sends a reply after those before it; waits when too much is on its way. */
  async post(reply: ChildReply): Promise<void> {
    const bytes = bytesOf(reply);
    this.#replies++;
    this.#bytes += bytes;
    void this.#send(reply).then(() => {
      this.#replies--;
      this.#bytes -= bytes;
      this.#moved();
    });
    // What waits moves and what arrives is read only when the event loop turns.
    await new Promise((turned) => setImmediate(turned));
    while (this.#replies > MAX_REPLIES || this.#bytes > MAX_BYTES) await this.#move();
  }

  /** Waits until nothing is on its way. */
  async empty(): Promise<void> {
    while (this.#replies > 0) await this.#move();
  }

  async #move(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#moved = resolve;
    });
  }
}

function bytesOf(reply: ChildReply): number {
  if (reply.kind !== "outcomes") return 0;
  return reply.outcomes.reduce(
    (sum, outcome) => sum + (outcome.kind === "receipt" ? outcome.output.length : 0),
    0,
  );
}
