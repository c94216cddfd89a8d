import { type Command, InvalidArgumentError } from "commander";
import { addChainIdFlag, addKeyringFlag, addNodeFlag, wholeNumber } from "../../flags.js";
import { addBroadcastModeFlag } from "./broadcastCommand.js";
import type { BroadcastMode } from "./deliver.js";
import { addSignModeFlag, type SignModeName } from "./signFlags.js";

/** Flags of every command that sends a transaction, as Cosmos users know them. */
export interface TxFlags {
  readonly from?: string;
  readonly fees?: string;
  readonly gas: "auto" | bigint;
  readonly gasAdjustment?: number;
  readonly gasPrices?: string;
  readonly memo?: string;
  readonly note?: string;
  readonly yes?: boolean;
  readonly broadcastMode?: BroadcastMode;
  readonly generateOnly?: boolean;
  readonly offline?: boolean;
  readonly signMode?: SignModeName;
  readonly dryRun?: boolean;
  readonly timeoutHeight?: number;
}

/** Adds the flags of a command that signs and sends. */
export function addTxFlags(command: Command): Command {
  addFeeFlags(command)
    .option("--note <text>", "text that goes along with the transaction")
    .option("--memo <text>", "the same as --note")
    .option("-y, --yes", "send without asking")
    .option("--generate-only", "print the unsigned transaction and send nothing")
    .option("--offline", "ask no node; goes with --generate-only, --gas and --fees")
    .option("--dry-run", "print the gas it would use and send nothing")
    .option("--timeout-height <height>", "the last block that may have it", wholeNumber(1));
  addSignModeFlag(addBroadcastModeFlag(command));
  return addKeyringFlag(addChainIdFlag(addNodeFlag(command)));
}

/** Adds who signs and what it costs. */
export function addFeeFlags(command: Command): Command {
  return addPriceFlags(command)
    .option("--fees <coins>", "what to pay, for example 5000unes; instead of --gas-prices")
    .option("--gas <limit>", "gas limit, or auto for what a simulation used", readGas, "auto");
}

/** Adds who signs and the price of gas, for work that takes several transactions. */
export function addPriceFlags(command: Command): Command {
  return command
    .option("--from <key>", "name or address of the key that signs and pays")
    .option(
      "--gas-adjustment <factor>",
      "what simulated gas is multiplied by (default: 1.4)",
      readFactor,
    )
    .option("--gas-prices <price>", "price of gas, for example 0.025unes (default: the node's)");
}

function readGas(text: string): "auto" | bigint {
  if (text === "auto") return "auto";
  if (/^[0-9]{1,18}$/.test(text) && BigInt(text) > 0n) return BigInt(text);
  throw new InvalidArgumentError("It must be auto or a whole number.");
}

function readFactor(text: string): number {
  const value = /^[0-9]{1,3}(?:\.[0-9]{1,6})?$/.test(text) ? Number(text) : NaN;
  if (value >= 1) return value;
  throw new InvalidArgumentError("It must be a number from 1.");
}
