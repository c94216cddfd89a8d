import { type Command, Option } from "commander";
import { ChainError } from "#core/primitives/errors.js";
import { wrongChain } from "#core/store/errors.js";
import { Daemon } from "#node/daemon/daemon.js";
import { readAppConfig } from "#node/home/appConfig.js";
import { createLogger, LOG_FORMATS, type LogFormat } from "#node/logging/logger.js";
import { nodeEnded, otherChain } from "../errors.js";
import { addExamples } from "../flags.js";
import type { CommandIo } from "../io.js";
import { runs, type Session } from "../session.js";
import { stopOnSignal } from "../stopOnSignal.js";
import { showsColours } from "../terminal/style.js";

interface StartFlags {
  readonly withComet: string;
  readonly logFormat: LogFormat;
}

/** Adds `start`. */
export function registerStart(program: Command, io: CommandIo): void {
  const command = program
    .command("start")
    .summary("run the node")
    .description(
      "Runs the application and its CometBFT until SIGTERM or SIGINT; a second signal ends it at once.",
    )
    .addOption(
      new Option("--with-comet <yes>", "whether CometBFT is started too")
        .choices(["true", "false"])
        .default("true"),
    )
    .addOption(
      new Option("--log-format <format>", "one JSON object a line, or a line for people")
        .choices([...LOG_FORMATS])
        .default("plain"),
    );
  addExamples(
    command,
    "aivmd start",
    "aivmd start --log-format json --log-level debug",
    "aivmd start --with-comet=false",
  );
  runs<StartFlags>(command, io, (session, flags) => start(session, flags, io));
}

async function start(session: Session, flags: StartFlags, io: CommandIo): Promise<void> {
  const { home, environment } = session;
  const { logLevel, color } = session.flags;
  const sink = {
    write: (text: string): unknown => io.stdout.write(text),
    isTTY: color && showsColours(io.stdout, environment),
  };
  const log = createLogger({ level: logLevel, format: flags.logFormat, sink });
  const withComet = flags.withComet === "true";
  // A folder that is no home is left as it is: not even a lock is put there.
  readAppConfig(home.appConfig);
  const stop = stopOnSignal(io);
  try {
    const daemon = await Daemon.start({ home, log, logLevel, withComet, environment });
    stop.by((signal) => {
      daemon.stop(signal);
    });
    const { code, reason } = await daemon.ended;
    if (code !== 0) throw nodeEnded({ reason });
  } catch (error) {
    const cause = explained(error, session);
    // Whoever collects the log should find in it why it ends; people see it on the terminal.
    if (flags.logFormat === "json") log.fatal({ err: cause }, "the node cannot run");
    throw cause;
  } finally {
    stop.close();
  }
}

/** What the store cannot know: which files contradict each other. */
function explained(error: unknown, { home }: Session): unknown {
  if (!(error instanceof ChainError) || !wrongChain.is(error)) return error;
  return otherChain({ ...error.detail, folder: home.dataFolder, genesis: home.genesis });
}
