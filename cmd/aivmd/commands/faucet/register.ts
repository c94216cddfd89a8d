import type { Command } from "commander";
import {
  addChainIdFlag,
  addExamples,
  addKeyringFlag,
  addNodeFlag,
  wholeNumber,
} from "../../flags.js";
import type { CommandIo } from "../../io.js";
import { runsOnline } from "../query/connection.js";
import { ANY_CHAIN_FLAG } from "./errors.js";
import type { FaucetFlags } from "./faucetFlags.js";
import { runFaucet } from "./runFaucet.js";

const MAX_WINDOW_S = 30 * 24 * 3_600;
const MAX_CREDITS = 1_000_000;

/** Adds `faucet`. */
export function registerFaucet(program: Command, io: CommandIo): void {
  const command = program
    .command("faucet")
    .summary("give coins to whoever asks over HTTP, on a test network")
    .description(
      "Serves POST /credit and GET /status until SIGTERM or SIGINT: each credit sends coins from a key of the keyring. For test networks only; the log has one JSON object a line.",
    )
    .option("--from <key>", "name or address of the key that pays (default: the only one)")
    .option("--amount <coin>", "what each credit sends", "10nes")
    .option("--listen <address>", "where it serves", "tcp://127.0.0.1:8000")
    .option("--window <seconds>", "time that limits are for", wholeNumber(1, MAX_WINDOW_S), 3_600)
    .option(
      "--per-address <count>",
      "credits of an account within the window",
      wholeNumber(1, MAX_CREDITS),
      1,
    )
    .option(
      "--per-ip <count>",
      "credits of an IPv4 address, or of a /64 of IPv6, within the window",
      wholeNumber(1, MAX_CREDITS),
      10,
    )
    .option(
      "--trusted-proxies <networks>",
      "IP addresses or networks of proxies whose X-Forwarded-For is believed, with commas between",
    )
    .option("--gas-prices <price>", "price of gas, for example 0.025unes (default: the node's)")
    .option(ANY_CHAIN_FLAG, "run on a chain that does not look like a test network");
  addExamples(
    addKeyringFlag(addChainIdFlag(addNodeFlag(command))),
    "aivmd faucet --from faucet --amount 10nes",
    "aivmd faucet --from faucet --listen tcp://0.0.0.0:8000 --window 86400 --trusted-proxies 10.0.0.0/8",
  );
  runsOnline<FaucetFlags>(command, io, (session, flags) => runFaucet(session, flags, io));
}
