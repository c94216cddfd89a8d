import type { PackedMessage } from "#core/codec/typeRegistry.js";
import type { RpcTransport } from "#sdk/rpc/transport.js";
import type { Session } from "../../session.js";
import type { Sender } from "./sender.js";

/** What the messages of a transaction are built from. */
export interface MessageSource {
  readonly session: Session;
  readonly sender: Sender;
  readonly rpc: RpcTransport;
  /** The words of the command line, `--from` and flags left out. */
  readonly args: readonly string[];
  /** Values of the command's own flags, as commander names them; only texts, lists and bools. */
  readonly flags: Readonly<Record<string, unknown>>;
}

/** A command that sends one transaction. */
export interface TxCommand {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** Lower case, without a final stop. */
  readonly summary: string;
  /** Arguments as commander declares them, `<amount>`, with what they mean. */
  readonly args: ReadonlyArray<readonly [argument: string, meaning: string]>;
  /** Whether the words may begin with the sender, as the Cosmos SDK's do, instead of `--from`. */
  readonly leadingSender?: boolean;
  /** Options as commander declares them, `--pubkey <json>`, with what they mean. */
  readonly options?: ReadonlyArray<readonly [option: string, meaning: string]>;
  /** Instead of the usual one, where the state that a block meets can cost more than the last one. */
  readonly gasAdjustment?: number;
  /** What follows `aivmd tx <group> <name>`. */
  readonly example: string;
  /** Builds the messages, checked as far as that needs no state; throws ChainErrors. */
  readonly build: (source: MessageSource) => PackedMessage[] | Promise<PackedMessage[]>;
}

/** The commands `aivmd tx <name> …`. */
export interface TxGroup {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly summary: string;
  readonly commands: readonly TxCommand[];
}

/** Text of a flag of the command's own; undefined when it was not given. */
export function textFlag(flags: MessageSource["flags"], name: string): string | undefined {
  const value = flags[name];
  return typeof value === "string" ? value : undefined;
}

/** Values of a flag that may be given several times. */
export function listFlag(flags: MessageSource["flags"], name: string): readonly string[] {
  const value = flags[name];
  if (typeof value === "string") return [value];
  return Array.isArray(value) ? value.map(String) : [];
}
