import {
  MsgSetAccess,
  MsgSetPrice,
  MsgSetRoyalty,
  MsgTakeDownVersion,
  type RoyaltyShare,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { pack, type PackedMessage } from "#core/codec/typeRegistry.js";
import { compareText } from "#core/primitives/sorted.js";
import { WHOLE_BPS } from "#modules/kernel/types/royalty.js";
import {
  validateSetAccess,
  validateSetPrice,
  validateSetRoyalty,
  validateTakeDownVersion,
} from "#modules/kernel/types/msgs.js";
import { wrongUse } from "../../errors.js";
import { readInteger } from "../query/fieldText.js";
import { readVersionId, VERSION_MEANING } from "./readVersionId.js";
import { listFlag, type MessageSource, type TxGroup } from "./txTable.js";

const ACCOUNT = "nesa1w8msvlf4dp6fgg2cqsvk6uvljqk7zxgtkdyh5n";
const BPS = { minimum: 1n, maximum: BigInt(WHOLE_BPS) };

/** Commands of `aivmd tx kernel` that say who may run a kernel, who is paid, and what must go. */
export const KERNEL_RULE_TXS: TxGroup["commands"] = [
  {
    name: "take-down",
    summary: "end a version for good, as the authority, with a reason that everybody can read",
    args: [
      ["<version>", VERSION_MEANING],
      ["<reason>", "1 to 256 bytes"],
    ],
    example: 'digits@2 "court order 12/2026" --from authority',
    build: takeDown,
  },
  {
    name: "set-access",
    summary: "say who may run a kernel besides its owner: everybody, or the accounts named",
    args: [
      ["<kernel>", "its name"],
      ["<who>", "public or restricted"],
    ],
    options: [["--allow <address...>", "accounts that may run a restricted kernel"]],
    example: `digits restricted --allow ${ACCOUNT} --from alice`,
    build: setAccess,
  },
  {
    name: "set-royalty",
    summary: "divide what a kernel's owner earns; without shares the owner gets everything",
    args: [["<kernel>", "its name"]],
    options: [
      ["--share <recipient=bps...>", "an address, or a kernel whose owner is paid, and its part"],
    ],
    example: `digits-fork --share digits=1500 ${ACCOUNT}=500 --from alice`,
    build: setRoyalty,
  },
  {
    name: "set-price",
    summary: "set what a kernel's author gets for an execution, whichever version it is of",
    args: [
      ["<kernel>", "its name"],
      ["<price>", "in unes, or manifest for what each version's manifest says"],
    ],
    example: "digits 2500 --from alice",
    build: setPrice,
  },
];

async function takeDown({ sender, rpc, args }: MessageSource): Promise<PackedMessage[]> {
  const [version = "", reason = ""] = args;
  const versionId = await readVersionId(rpc, version);
  const message = { authority: sender.account, versionId, reason };
  validateTakeDownVersion(message);
  return [pack(MsgTakeDownVersion, message)];
}

function setAccess({ sender, args, flags }: MessageSource): PackedMessage[] {
  const [kernel = "", who = ""] = args;
  if (who !== "public" && who !== "restricted") {
    throw wrongUse({ problem: `who: not public or restricted: ${who}` });
  }
  const allowed = [...listFlag(flags, "allow")].sort(compareText);
  const message = { owner: sender.account, kernel, restricted: who === "restricted", allowed };
  validateSetAccess(message);
  return [pack(MsgSetAccess, message)];
}

function setRoyalty({ sender, args: [kernel = ""], flags }: MessageSource): PackedMessage[] {
  const shares = listFlag(flags, "share").map(readShare);
  const message = { owner: sender.account, kernel, shares };
  validateSetRoyalty(message);
  return [pack(MsgSetRoyalty, message)];
}

function setPrice({ sender, args }: MessageSource): PackedMessage[] {
  const [kernel = "", price = ""] = args;
  const message = { owner: sender.account, kernel, price: price === "manifest" ? "" : price };
  validateSetPrice(message);
  return [pack(MsgSetPrice, message)];
}

/** `<address or kernel>=<basis points>`; what is as long as an address and begins so is one. */
function readShare(text: string): RoyaltyShare {
  const [recipient = "", amount = "", more] = text.split("=");
  if (recipient === "" || more !== undefined) {
    throw wrongUse({ problem: `--share: not recipient=bps: ${text}` });
  }
  const bps = Number(readInteger(BPS, amount, "--share"));
  const isAddress = recipient.length === ACCOUNT.length && recipient.startsWith("nesa1");
  return { address: isAddress ? recipient : "", kernel: isAddress ? "" : recipient, bps };
}
