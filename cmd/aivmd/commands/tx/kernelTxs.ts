import { readFileSync } from "node:fs";
import {
  MsgCreateArtifact,
  MsgDeprecateVersion,
  MsgPublishVersion,
  MsgReleaseArtifact,
  MsgSetHead,
  MsgTransferKernel,
  MsgUploadChunk,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { pack, type PackedMessage } from "#core/codec/typeRegistry.js";
import { sha256 } from "#core/crypto/hash.js";
import { compareBytes, toHex } from "#core/primitives/bytes.js";
import { chunkCount } from "#modules/kernel/types/chunks.js";
import {
  validateCreateArtifact,
  validateDeprecateVersion,
  validatePublishVersion,
  validateReleaseArtifact,
  validateSetHead,
  validateTransferKernel,
  validateUploadChunk,
} from "#modules/kernel/types/msgs.js";
import { findArtifact } from "#sdk/kernel/findArtifact.js";
import { wrongUse } from "../../errors.js";
import { notFound } from "../query/errors.js";
import { readBytes, readInteger } from "../query/fieldText.js";
import { KERNEL_RULE_TXS } from "./kernelRuleTxs.js";
import { KERNEL_SHADOW_TXS } from "./kernelShadowTxs.js";
import { readVersionId, VERSION_MEANING } from "./readVersionId.js";
import { listFlag, type MessageSource, type TxGroup } from "./txTable.js";

const DIGEST = "3398c10d07d229bd91b364548e130e0e51a8e5704b88c7c083ebbeb78842dee2";
const INDEXES = { minimum: 0n, maximum: (1n << 32n) - 1n };

/** `aivmd tx kernel`: single messages; `aivmd kernel publish` sends all that a kernel takes. */
export const KERNEL_TXS: TxGroup = {
  name: "kernel",
  summary: "upload artifacts, publish and end versions, and rule kernels, message by message",
  commands: [
    {
      name: "create-artifact",
      summary: "announce a file that will be uploaded, and post its deposit",
      args: [["<file>", "the artifact"]],
      example: "model.onnx --from alice",
      build: createArtifact,
    },
    {
      name: "upload-chunk",
      summary: "upload one chunk of a file that was announced",
      args: [
        ["<file>", "the artifact"],
        ["<index>", "number of the chunk, from 0"],
      ],
      example: "model.onnx 0 --from alice",
      build: uploadChunk,
    },
    {
      name: "release-artifact",
      summary: "drop an upload, or an artifact that no version uses, and take the deposit back",
      args: [["<digest>", "sha256 of the artifact in hex"]],
      example: `${DIGEST} --from alice`,
      build: releaseArtifact,
    },
    {
      name: "publish-version",
      summary: "publish a manifest whose artifacts are on the chain",
      args: [["<manifest>", "file manifest.pb of a bundle"]],
      options: [["--parent <id...>", "versions that it derives from, in hex"]],
      example: "digits/build/manifest.pb --from alice",
      build: publishVersion,
    },
    {
      name: "deprecate-version",
      summary: "keep a version runnable by its id, but never again the head",
      args: [["<version>", VERSION_MEANING]],
      example: "digits@1 --from alice",
      build: deprecateVersion,
    },
    {
      name: "set-head",
      summary: "choose the active version that requests by name run, also an older one",
      args: [["<version>", VERSION_MEANING]],
      example: "digits@2 --from alice",
      build: setHead,
    },
    {
      name: "transfer",
      summary: "give a kernel, with what it earns from now on, to another account",
      args: [
        ["<kernel>", "its name"],
        ["<new-owner>", "address"],
      ],
      example: "digits nesa1w8msvlf4dp6fgg2cqsvk6uvljqk7zxgtkdyh5n --from alice",
      build: transferKernel,
    },
    ...KERNEL_RULE_TXS,
    ...KERNEL_SHADOW_TXS,
  ],
};

async function uploadChunk({ sender, rpc, args }: MessageSource): Promise<PackedMessage[]> {
  const [file = "", text = ""] = args;
  const bytes = readArtifactFile(file);
  const digest = sha256(bytes);
  const index = readInteger(INDEXES, text, "index");
  const upload = await findArtifact(rpc, { digest, uploader: sender.account });
  if (upload === undefined) {
    const problem = `${sender.account} has no upload of ${toHex(digest)}: announce it by create-artifact`;
    throw notFound({ problem });
  }
  const count = BigInt(chunkCount(upload));
  if (index >= count) throw wrongUse({ problem: `index: the file has ${count} chunks: ${text}` });
  const start = Number(index * upload.chunkSize);
  const data = bytes.subarray(start, start + Number(upload.chunkSize));
  const message = { uploader: sender.account, digest, index, data };
  validateUploadChunk(message);
  return [pack(MsgUploadChunk, message)];
}

function publishVersion({ sender, args: [file = ""], flags }: MessageSource): PackedMessage[] {
  const manifest = readArtifactFile(file);
  const parents = listFlag(flags, "parent").map((id) => readBytes(id, "--parent"));
  const message = { owner: sender.account, manifest, parents: parents.sort(compareBytes) };
  validatePublishVersion(message);
  return [pack(MsgPublishVersion, message)];
}

/** Bytes of a file; fails with `cli/2`. */
function readArtifactFile(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    throw wrongUse({
      problem: `${file}: ${error instanceof Error ? error.message : String(error)}`,
    });
  }
}

function createArtifact({ sender, args: [file = ""] }: MessageSource): PackedMessage[] {
  const bytes = readArtifactFile(file);
  const uploader = sender.account;
  const message = { uploader, digest: sha256(bytes), size: BigInt(bytes.length) };
  validateCreateArtifact(message);
  return [pack(MsgCreateArtifact, message)];
}

function releaseArtifact({ sender, args: [digest = ""] }: MessageSource): PackedMessage[] {
  const message = { uploader: sender.account, digest: readBytes(digest, "digest") };
  validateReleaseArtifact(message);
  return [pack(MsgReleaseArtifact, message)];
}

async function deprecateVersion(source: MessageSource): Promise<PackedMessage[]> {
  const { sender, rpc, args } = source;
  const message = { owner: sender.account, versionId: await readVersionId(rpc, args[0] ?? "") };
  validateDeprecateVersion(message);
  return [pack(MsgDeprecateVersion, message)];
}

async function setHead({ sender, rpc, args }: MessageSource): Promise<PackedMessage[]> {
  const message = { owner: sender.account, versionId: await readVersionId(rpc, args[0] ?? "") };
  validateSetHead(message);
  return [pack(MsgSetHead, message)];
}

function transferKernel({
  sender,
  args: [kernel = "", newOwner = ""],
}: MessageSource): PackedMessage[] {
  const message = { owner: sender.account, kernel, newOwner };
  validateTransferKernel(message);
  return [pack(MsgTransferKernel, message)];
}
