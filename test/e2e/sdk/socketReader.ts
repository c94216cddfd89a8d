import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath, pathToFileURL } from "node:url";

/** Streams blocks by websocket and prints their heights; asking alone would take an hour. */
function script(sdk: string, rpcUrl: string): string {
  return `
    import { httpTransport, streamBlocks, systemClock } from ${JSON.stringify(sdk)};
    const place = { rpc: httpTransport(${JSON.stringify(rpcUrl)}), clock: systemClock };
    const options = { transport: "websocket", pollMs: 3_600_000 };
    for await (const { height } of streamBlocks(place, options)) console.log(String(height));
  `;
}

/** A process of its own that has a global WebSocket, as browsers and Node 22 do. */
export class SocketReader {
  readonly #child: ChildProcess;
  readonly #heights: number[] = [];
  #errors = "";
  #wake: () => void = () => undefined;

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.#heights.push(...text.trim().split("\n").map(Number));
      this.#wake();
    });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#errors += text;
    });
    child.on("exit", () => {
      this.#wake();
    });
  }

  /** Starts it with the SDK that was compiled beside `entry`. */
  static start(entry: string, rpcUrl: string): SocketReader {
    const sdk = fileURLToPath(new URL("../../clients/sdk/index.js", pathToFileURL(entry)));
    const args = ["--experimental-websocket", "--input-type=module", "-e", script(sdk, rpcUrl)];
    return new SocketReader(spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] }));
  }

  /** Waits until it has printed so many heights; gives all that it has printed. */
  async heights(count: number): Promise<readonly number[]> {
    while (this.#heights.length < count) {
      if (this.#child.exitCode !== null) throw new Error(`it ended: ${this.#errors}`);
      await new Promise<void>((settle) => {
        this.#wake = settle;
      });
    }
    return [...this.#heights];
  }

  stop(): void {
    this.#child.kill("SIGKILL");
  }
}
