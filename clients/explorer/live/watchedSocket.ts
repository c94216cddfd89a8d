import type { WebSocketConstructor } from "#sdk/index.js";

/**
 * The browser's WebSocket, which tells when one opens and when it closes; undefined without one.
 */
export function watchedSocket(
  onChange: (isOpen: boolean) => void,
): WebSocketConstructor | undefined {
  if (typeof WebSocket === "undefined") return undefined;
  return class extends WebSocket {
    constructor(url: string) {
      super(url);
      this.addEventListener("open", () => {
        onChange(true);
      });
      this.addEventListener("close", () => {
        onChange(false);
      });
    }
  };
}
