import { type Command, Option } from "commander";
import { addChainIdFlag, addExamples, addKeyringFlag, addNodeFlag } from "../../flags.js";
import type { CommandIo } from "../../io.js";
import { runsOnline } from "../query/connection.js";
import { declareOption } from "../tx/declareOption.js";
import { addInputFlags } from "../tx/inputs.js";
import { addFeeFlags } from "../tx/txFlags.js";
import { addEngineFlag } from "./engineFlag.js";
import { runLocally } from "./localRun.js";
import { runOnChain } from "./chainRun.js";
import type { RunFlags } from "./runFlags.js";

/** Adds `kernel run`. */
export function addRun(kernel: Command, io: CommandIo): void {
  const command = kernel
    .command("run")
    .argument("<kernel>", "name, id of a version in hex, or with --local a folder")
    .summary("ask a kernel and verify its answer")
    .description(
      "Pays a committee of validators to run a kernel, waits for the answer they agree on, verifies its proof against the genesis file, and prints it with its trace and the payments. With --local the kernel of a folder runs in the sandbox of this machine, for nothing.",
    )
    .option("--local", "run the kernel of a folder here, without a chain")
    .option("--seed <hex>", "with --local: 32 bytes of randomness (default: zeros)");
  addEngineFlag(command, "with --local: ");
  declareOption(
    addInputFlags(command),
    "--image <file...>",
    "PNG file as an input, brought to the size of a schema that is a picture",
  )
    .option(
      "--image-values <range>",
      "values of black and white, such as 0..255 (default: 16..0 for 64 whole numbers, else 0..255, or 0..1 for floats)",
    )
    .addOption(
      new Option("--assurance <kind>", "a committee, or every available provider (full)").choices([
        "committee",
        "full",
      ]),
    )
    .option("--max-price <coin>", "fail when it would cost more (default: the quote)")
    .option("--priority-fee <coin>", "paid on top for an earlier place in the queue")
    .option("--genesis <file>", "genesis file to verify by (default: the home's)")
    .option("--witness <address>", "a second node, whose headers must be the same")
    .option("--no-verify", "believe what the node says")
    .option("--wait-payments", "wait until the challenge window is over and everybody is paid")
    .option("-y, --yes", "pay without asking")
    .option("--note <text>", "text that goes along with the transaction");
  addExamples(
    addKeyringFlag(addChainIdFlag(addNodeFlag(addFeeFlags(command)))),
    "aivmd kernel run digits --input digit.json --from alice",
    "aivmd kernel run digits --image digit.png --from alice",
    "aivmd kernel run iris --input-json '{\"measurements\": [5.1, 3.5, 1.4, 0.2]}' --from alice",
    "aivmd kernel run --local my-kernel --input input.json",
    "aivmd kernel run --local my-kernel --input input.json --engine native",
  );
  runsOnline<RunFlags>(command, io, (session, flags, args) =>
    flags.local === true ? runLocally(session, flags, args) : runOnChain(session, flags, args),
  );
}
