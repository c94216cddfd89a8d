import { type Command, InvalidArgumentError, Option } from "commander";
import { SignMode } from "#core/codec/generated/cosmos/tx/signing/v1beta1.js";
import type { AccountState } from "#sdk/auth/account.js";
import { findAccount } from "#sdk/auth/account.js";
import { status } from "#sdk/rpc/status.js";
import { wrongUse } from "../../errors.js";
import { addChainIdFlag, addKeyringFlag, addNodeFlag } from "../../flags.js";
import type { Session } from "../../session.js";
import { rpcOf } from "../query/connection.js";
import { notFound, wrongChain } from "../query/errors.js";

/** Names of sign modes, as the Cosmos SDK's commands have them. */
export type SignModeName = "direct" | "amino-json";

/** Flags of commands that sign what was generated. */
export interface SignFlags {
  readonly offline?: boolean;
  readonly accountNumber?: bigint;
  readonly sequence?: bigint;
  readonly signatureOnly?: boolean;
  readonly outputDocument?: string;
}

/** Adds the flags of a command that signs what was generated. */
export function addSignFlags(command: Command): Command {
  command
    .option("--offline", "ask no node; takes --account-number and --sequence")
    .option("-a, --account-number <number>", "number of the account, for --offline", readUint64)
    .option("-s, --sequence <number>", "sequence of the account, for --offline", readUint64)
    .option("--signature-only", "print the signatures alone")
    .option("--output-document <file>", "write to a file instead of standard output");
  return addKeyringFlag(addChainIdFlag(addNodeFlag(command)));
}

/** Adds `--sign-mode`. */
export function addSignModeFlag(command: Command): Command {
  return command.addOption(
    new Option(
      "--sign-mode <mode>",
      "what is signed: the bytes, or JSON that a Ledger shows",
    ).choices(["direct", "amino-json"]),
  );
}

/** The mode of a name. */
export function signModeOf(name: SignModeName): SignMode {
  return name === "direct" ? SignMode.DIRECT : SignMode.LEGACY_AMINO_JSON;
}

/**
 * Number and sequence of an account: those of the flags when no node is to be asked, else the
 * chain's. Fails with `cli/2`, `client/3` or `client/4`.
 */
export async function signedAccount(
  session: Session,
  address: string,
  { offline = false, accountNumber, sequence }: SignFlags,
): Promise<AccountState> {
  if (!offline) {
    if (accountNumber === undefined && sequence === undefined) return askAccount(session, address);
    throw wrongUse({ problem: "--account-number and --sequence go with --offline" });
  }
  if (accountNumber !== undefined && sequence !== undefined) {
    return { number: accountNumber, sequence };
  }
  throw wrongUse({ problem: "--offline takes --account-number and --sequence" });
}

async function askAccount(session: Session, address: string): Promise<AccountState> {
  const rpc = rpcOf(session);
  const { chainId: found } = await status(rpc);
  const { chainId: expected } = session;
  if (found !== expected) throw wrongChain({ expected, found });
  const account = await findAccount(rpc, address);
  if (account !== undefined) return account;
  throw notFound({ problem: `account ${address}: nobody has sent it any coins` });
}

function readUint64(text: string): bigint {
  const value = /^[0-9]{1,20}$/.test(text) ? BigInt(text) : -1n;
  if (value >= 0n && value < 1n << 64n) return value;
  throw new InvalidArgumentError("It must be a whole number.");
}
