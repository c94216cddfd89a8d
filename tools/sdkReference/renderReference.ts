import { dirname } from "node:path";
import type { PublicExport } from "./publicExports.js";

const INTRODUCTION = `# Reference of @aivm/sdk

<!-- Written by \`npx tsx --conditions=aivm-source tools/sdkReference/main.ts\` from the doc comments. -->

Every name that the package exports, by the folder that declares it. [The guide](../guides/sdk.md) shows how they go together.

Every example is compiled by a test and run by another against a real node. They take for granted: \`rpc\`, the transport of an endpoint; \`client\`, a connected \`AivmClient\`; \`context\`, its
\`txContext\` with a \`prover\`; \`signer\` with its \`address\`; \`bob\`, another address; \`image\`, an input of the kernel \`digits\`, and \`digits\`, its schema; \`requestId\`, \`request\`, \`batch\`, \`result\` and
\`manifest\` of an answer. Messages such as \`MsgSend\` come from \`@aivm/sdk/proto/…\`.
`;

const TITLES: ReadonlyMap<string, string> = new Map([
  ["clients/sdk", "Client, errors, waiting"],
  ["clients/sdk/amino", "Wallets that sign amino JSON"],
  ["clients/sdk/auth", "Accounts"],
  ["clients/sdk/bank", "Coins"],
  ["clients/sdk/events", "Blocks and events as they happen"],
  ["clients/sdk/inference", "Inferences"],
  ["clients/sdk/kernel", "Kernels"],
  ["clients/sdk/keplr", "Keplr"],
  ["clients/sdk/light", "Light client and proofs"],
  ["clients/sdk/picture", "Pictures"],
  ["clients/sdk/query", "Queries"],
  ["clients/sdk/rpc", "CometBFT's RPC"],
  ["clients/sdk/multisig", "Accounts of several keys"],
  ["clients/sdk/schema", "Schemas and values"],
  ["clients/sdk/signer", "Keys"],
  ["clients/sdk/tx", "Transactions"],
]);
const OTHERS = "Addresses, bytes, coins, messages";

/** The page of the reference. */
export function renderReference(exports: readonly PublicExport[]): string {
  const sections = new Map<string, PublicExport[]>();
  for (const one of exports) {
    const title = TITLES.get(dirname(one.file)) ?? OTHERS;
    sections.set(title, [...(sections.get(title) ?? []), one]);
  }
  const order = [...TITLES.values(), OTHERS].filter((title) => sections.has(title));
  const pages = order.map((title) => renderSection(title, sections.get(title) ?? []));
  return [INTRODUCTION, contents(order, sections), ...pages].join("\n");
}

function contents(
  order: readonly string[],
  sections: ReadonlyMap<string, readonly PublicExport[]>,
): string {
  const rows = order.map((title) => {
    const names = (sections.get(title) ?? [])
      .filter(({ kind }) => kind !== "type")
      .map(({ name }) => `[${name}](#${name.toLowerCase()})`);
    return `| ${title} | ${names.join(", ")} |`;
  });
  return `| part | names |\n|---|---|\n${rows.join("\n")}\n`;
}

function renderSection(title: string, exports: readonly PublicExport[]): string {
  return `## ${title}\n\n${exports.map(renderExport).join("\n")}`;
}

function renderExport({ name, kind, signature, text, examples }: PublicExport): string {
  const code = (source: string): string => `\`\`\`ts\n${source}\n\`\`\`\n`;
  const parts = [
    `### ${name}\n`,
    `*${kind}* ${flow(text)}\n`,
    code(signature),
    ...examples.map((source) => `Example:\n\n${code(source)}`),
  ];
  return parts.join("\n");
}

/** Doc comments break their lines by width; a page does not. */
function flow(text: string): string {
  const plain = text.replace(/\{@link ([^}]+)\}/g, "`$1`");
  return plain.replace(/([^\n])\n(?!\n)/g, "$1 ").trim();
}
