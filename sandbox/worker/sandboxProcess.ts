import { type ChildProcess, fork } from "node:child_process";
import { setPriority } from "node:os";
import { MODEL_ENGINE, NATIVE_ENGINE } from "#modules/kernel/types/engines.js";
import { offerFirst, warmBytes, watchMemory } from "./memoryLimits.js";
import { childArguments } from "./permissions.js";
import { type ChildReply, type ChildRequest, parseReply } from "./messages.js";

/** A Node to run in. */
export interface NodeProgram {
  /** What starts it, and arguments before its own. */
  readonly command: readonly [string, ...string[]];
  /** Its version, by which flags are named. */
  readonly version: string;
}

/** The Node that runs this process. */
export const THIS_NODE: NodeProgram = {
  command: [process.execPath],
  version: process.versions.node,
};

/** How a sandbox process is started. */
export interface ProcessSpec {
  /** Compiled entry point. */
  readonly entry: string;
  readonly artifactFolder: string;
  /** Memory that the process may take, in bytes: a limit of the host, never a verdict. */
  readonly memoryBytes: number;
  /** Further flags of the engine's host, for tests across compilers. */
  readonly flags: readonly string[];
  readonly node: NodeProgram;
  /** Folders of the native engine's packages, in a process for it; undefined in any other. */
  readonly nativeFolders: readonly string[] | undefined;
}

/** Whom a process reports to. */
export interface ProcessListener {
  reply(reply: ChildReply): void;
  /** The process is gone; no reply comes after this. */
  ended(reason: string): void;
}

/** Below the validator, above nothing else that matters. */
const NICENESS = 10;
/** Why a process is ended that says what it was not asked. */
export const BROKEN_PROTOCOL = "the sandbox process broke its protocol";
const UNREACHABLE = "the sandbox process cannot be reached";

/** A child process with an empty environment that runs kernels. */
export class SandboxProcess {
  readonly #child: ChildProcess;
  readonly #listener: ProcessListener;
  readonly #endWatch: () => void;
  #killReason: string | undefined;
  #ended = false;

  constructor(spec: ProcessSpec, listener: ProcessListener) {
    this.#listener = listener;
    const [execPath, ...before] = spec.node.command;
    const { artifactFolder, nativeFolders } = spec;
    const { name } = nativeFolders === undefined ? MODEL_ENGINE : NATIVE_ENGINE;
    this.#child = fork(spec.entry, [artifactFolder, `${warmBytes(spec.memoryBytes)}`, name], {
      env: {},
      execPath,
      execArgv: [
        ...before,
        ...childArguments({ artifactFolder, version: spec.node.version, nativeFolders }),
        ...spec.flags,
      ],
      serialization: "advanced",
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    this.#child.on("message", (message) => {
      const reply = parseReply(message);
      if (reply === undefined) this.kill(BROKEN_PROTOCOL);
      else listener.reply(reply);
    });
    this.#child.on("error", (error) => {
      if (this.#child.pid === undefined) this.#end(`no sandbox process: ${error.message}`);
      else this.kill(UNREACHABLE);
    });
    this.#child.on("exit", (code, signal) => {
      const reason = `the sandbox process ended with ${signal ?? `code ${code ?? 0}`}`;
      // What it said last may still be in the pipe.
      if (this.#child.connected)
        this.#child.once("disconnect", () => {
          this.#end(reason);
        });
      else this.#end(reason);
    });
    this.#lowerPriority();
    this.#endWatch = this.#watchMemory(spec.memoryBytes);
  }

  /** Identifier of the operating system; undefined when the process could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  send(request: ChildRequest): void {
    this.#child.send(request, (error) => {
      if (error !== null) this.kill(UNREACHABLE);
    });
  }

  /** Ends the process at once; `reason` is what its listener is told. */
  kill(reason: string): void {
    this.#killReason ??= reason;
    this.#child.kill("SIGKILL");
  }

  /** Lets an idle process go. */
  disconnect(): void {
    if (this.#child.connected) this.#child.disconnect();
  }

  #end(reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#endWatch();
    this.#listener.ended(this.#killReason ?? reason);
  }

  #watchMemory(memoryBytes: number): () => void {
    const { pid } = this.#child;
    if (pid === undefined) return () => undefined;
    offerFirst(pid);
    return watchMemory(pid, memoryBytes, (resident) => {
      this.kill(`the sandbox process took ${resident} bytes of memory`);
    });
  }

  #lowerPriority(): void {
    if (this.#child.pid === undefined) return;
    try {
      setPriority(this.#child.pid, NICENESS);
    } catch {
      // Some hosts forbid it; a sandbox at equal priority is slower for its node, not wrong.
    }
  }
}
