import type { Command } from "commander";
import { type Version, VersionStatusNames } from "#core/codec/generated/aivm/kernel/v1.js";
import { compareBytes, toHex } from "#core/primitives/bytes.js";
import { amountOf } from "#core/primitives/coin.js";
import { shortName } from "#core/codec/shortName.js";
import { publishKernel, type PublishProgress } from "#sdk/kernel/publishKernel.js";
import { queryMethod } from "#sdk/query/queryMethod.js";
import { KERNEL_QUERIES } from "#sdk/query/services.js";
import type { RpcTransport } from "#sdk/rpc/transport.js";
import { parseUint } from "#core/primitives/intMath.js";
import {
  addChainIdFlag,
  addExamples,
  addKeyringFlag,
  addNodeFlag,
  wholeNumber,
} from "../../flags.js";
import type { CommandIo } from "../../io.js";
import type { Session } from "../../session.js";
import type { Progress } from "../../terminal/progress.js";
import { rpcOf, runsOnline } from "../query/connection.js";
import { readBytes } from "../query/fieldText.js";
import { declareOption } from "../tx/declareOption.js";
import { declined } from "../tx/errors.js";
import { senderOf } from "../tx/sender.js";
import { txContextOf } from "../tx/txContext.js";
import { addPriceFlags } from "../tx/txFlags.js";
import { buildWithProgress, bundleFacts } from "./authorCommands.js";
import { type BundleOfFolder, isBundle, readBundle } from "./bundleFolder.js";

interface PublishFlags {
  readonly from?: string;
  readonly gasAdjustment?: number;
  readonly gasPrices?: string;
  readonly yes?: boolean;
  readonly parent?: readonly string[];
  readonly inFlight: number;
}

/** Adds `kernel publish`. */
export function addPublish(kernel: Command, io: CommandIo): void {
  const command = kernel
    .command("publish")
    .argument("<folder>", "folder of a kernel or of its bundle")
    .summary("upload and publish a version")
    .description(
      "Uploads what the chain does not have, publishes the version, and waits until the providers have validated it. After an interruption the same command goes on where it stopped.",
    )
    .option("--in-flight <count>", "transactions under way at once", wholeNumber(1, 64), 4)
    .option("-y, --yes", "publish without asking");
  const parents =
    "version that it derives from, in hex (default: the PARENT lines, else the kernel's head)";
  declareOption(command, "--parent <id...>", parents);
  addExamples(
    addKeyringFlag(addChainIdFlag(addNodeFlag(addPriceFlags(command)))),
    "aivmd kernel publish my-kernel --from alice",
  );
  runsOnline<PublishFlags>(command, io, publish);
}

async function publish(
  session: Session,
  flags: PublishFlags,
  [folder = ""]: readonly string[],
): Promise<void> {
  const { terminal } = session;
  const sender = senderOf(session, flags.from);
  const rpc = rpcOf(session);
  const context = await txContextOf(session, { rpc, sender }, flags);
  const bundle = isBundle(folder)
    ? readBundle(folder)
    : (await buildWithProgress(session, folder)).bundle;
  await confirm(session, rpc, bundle, flags);
  const parents = parentsOf(bundle, flags);
  const progress = terminal.progress({ label: `publish ${bundle.manifest.name}`, total: 100 });
  const { gasAdjustment, inFlight } = flags;
  const { version, isNew } = await publishKernel(context, bundle, {
    ...(parents === undefined ? {} : { parents }),
    gasAdjustment,
    inFlight,
    onProgress: (step) => {
      showStep(progress, step);
    },
  });
  const { name } = bundle.manifest;
  const number = String(version.number);
  progress.finish(
    isNew
      ? `${name} version ${number} is published`
      : `the chain has ${name} version ${number} already`,
  );
  terminal.show(versionFacts(name, version, isNew), () => versionText(terminal, name, version));
}

/** As `--parent` says, else as the Aivmfile does; undefined for the kernel's head. */
function parentsOf(
  { parents }: BundleOfFolder,
  { parent }: PublishFlags,
): readonly Uint8Array[] | undefined {
  if (parent !== undefined) return parent.map((id) => readBytes(id, "--parent")).sort(compareBytes);
  return parents.length > 0 ? parents : undefined;
}

/** Nine tenths of the bar are the upload: the rest takes a few blocks. */
const UPLOAD_PERCENT = 90;

function showStep(progress: Progress, step: PublishProgress): void {
  switch (step.stage) {
    case "uploading": {
      const { bytesDone, bytesTotal } = step;
      const part = bytesTotal === 0 ? 1 : bytesDone / bytesTotal;
      progress.update(
        UPLOAD_PERCENT * part,
        `${bytesDone} of ${bytesTotal} bytes are on the chain`,
      );
      return;
    }
    case "publishing":
      progress.update(UPLOAD_PERCENT, "publishing the version");
      return;
    case "validating":
      progress.update(95, `providers validate ${toHex(step.versionId)}`);
      return;
    case "active":
      progress.update(100, "active");
  }
}

/** Tells whoever sits at a terminal what it may cost, and asks; fails with `tx/2`. */
async function confirm(
  { input, terminal }: Session,
  rpc: RpcTransport,
  bundle: BundleOfFolder,
  { yes = false }: PublishFlags,
): Promise<void> {
  if (yes || !input.isInteractive) return;
  const { params } = await queryMethod(rpc, {
    service: KERNEL_QUERIES,
    method: "Params",
    request: {},
  });
  const { bytes, artifacts, name } = bundleFacts(bundle);
  const { denom } = params.validationFee;
  const deposit = BigInt(bytes) * (parseUint(params.depositPerByte) ?? 0n);
  terminal.note(
    `${name}: ${artifacts} artifacts, ${bytes} bytes; deposit at most ${deposit}${denom}, validation fee ${amountOf(params.validationFee)}${denom}`,
  );
  const answer = await input.line("yes to publish it");
  if (!/^y(?:es)?$/i.test(answer.trim())) throw declined();
}

function versionFacts(name: string, version: Version, isNew: boolean): object {
  return {
    name,
    version_id: toHex(version.id),
    number: version.number,
    status: shortName(VersionStatusNames, version.status),
    model_gas: version.modelGas,
    is_new: isNew,
  };
}

function versionText(terminal: Session["terminal"], name: string, version: Version): string {
  return terminal.pairs([
    ["kernel", name],
    ["version", `${version.number}, ${toHex(version.id)}`],
    ["status", shortName(VersionStatusNames, version.status)],
    ["model gas", String(version.modelGas)],
    ["next", `aivmd kernel run ${name} --input FILE --from KEY`],
  ]);
}
