import type { Command } from "commander";
import { Manifest } from "#core/codec/generated/aivm/kernel/v1.js";
import { toJson } from "#core/codec/json.js";
import { sha256 } from "#core/crypto/hash.js";
import { toHex } from "#core/primitives/bytes.js";
import { writeAivmfile } from "#modules/kernel/types/aivmfile/writeAivmfile.js";
import { addExamples, addNodeFlag } from "../../../flags.js";
import type { CommandIo } from "../../../io.js";
import type { Terminal } from "../../../terminal/terminal.js";
import { CLIENT_TYPES } from "../../query/clientTypes.js";
import { runsOnline } from "../../query/connection.js";
import { modelFacts } from "./compareKernels.js";
import { pulledNames } from "../pull/pulledNames.js";
import { fetchFrom } from "./fetchVersion.js";
import { type KernelView, viewKernel, type ViewedArtifact } from "./kernelView.js";

/** Adds `kernel inspect`. */
export function addInspect(kernel: Command, io: CommandIo): void {
  const command = kernel
    .command("inspect")
    .argument("<kernel>", "folder, bundle, or NAME, NAME@NUMBER or id of a version")
    .summary("show what a kernel is made of")
    .description(
      "Shows a kernel as an Aivmfile, with the digest and size of every artifact, its parents, and what its models take, give and hold. What is published is downloaded and checked against its digests.",
    );
  addExamples(
    addNodeFlag(command),
    "aivmd kernel inspect digits",
    "aivmd kernel inspect ./my-kernel",
  );
  runsOnline(command, io, async (session, _flags, [text = ""]) => {
    const view = await viewKernel(text, fetchFrom(session));
    session.terminal.show(inspectJson(view), () => inspectText(session.terminal, view));
  });
}

function inspectJson({ label, manifest, parents, artifacts, vectors }: KernelView): object {
  return {
    kernel: label,
    manifest: toJson(Manifest, manifest, CLIENT_TYPES),
    parents: parents.map(toHex),
    artifacts: artifacts.map((artifact) => ({
      artifact: artifact.role,
      ...sizes(artifact),
      ...(artifact.kind === "model" ? { model: modelFacts(artifact.bytes) } : {}),
    })),
    vectors: vectors.length,
  };
}

function sizes({ bytes }: ViewedArtifact): { readonly sha256: string; readonly size: number } {
  return { sha256: toHex(sha256(bytes)), size: bytes.length };
}

function inspectText(terminal: Terminal, view: KernelView): string {
  const { manifest, parents, artifacts, vectors } = view;
  const files = pulledNames(manifest);
  const table = terminal.table(
    [{ title: "artifact" }, { title: "bytes", align: "right" }, { title: "sha256" }],
    artifacts.map((artifact) => {
      const { sha256: digest, size } = sizes(artifact);
      return [artifact.role, String(size), digest];
    }),
  );
  const models = artifacts.filter(({ kind }) => kind === "model").flatMap(modelPairs);
  const vectorCount: readonly [string, string] = ["test vectors", String(vectors.length)];
  return [
    writeAivmfile({ manifest, files, parents }),
    `${table}\n`,
    terminal.pairs([...models, vectorCount]),
  ].join("\n");
}

function modelPairs({ role, bytes }: ViewedArtifact): Array<readonly [string, string]> {
  const facts = modelFacts(bytes);
  if (facts === null) return [[role, "cannot be read"]];
  const { inputs, outputs, operators, parameters } = facts;
  const counted = Object.entries(operators).map(([name, count]) => `${name} × ${count}`);
  return [
    [role, `${inputs.join(", ")} → ${outputs.join(", ")}`],
    ["", `${parameters} parameters; ${counted.join(", ")}`],
  ];
}
