import { relative } from "node:path";

/**
 * Which layer may import which, by the first matching row: `from` and the entries of `may` are
 * path prefixes without extension. A layer may always import itself. ADR-0009 gives the reasons.
 */
const LAYERS = [
  { from: "core/primitives", may: [] },
  { from: "core/codec", may: ["core/primitives"] },
  { from: "core/crypto", may: ["core/primitives"] },
  { from: "core/comet", may: ["core/primitives", "core/codec", "core/crypto"] },
  { from: "core/store", may: ["core/primitives", "core/codec", "core/crypto"] },
  { from: "core/baseapp", may: ["core/primitives", "core/codec", "core/crypto", "core/store"] },
  { from: "core/abci", may: ["core/primitives", "core/codec", "core/baseapp"] },
  {
    from: "modules/[^/]+/types",
    may: ["core/primitives", "core/codec", "core/crypto", "modules/[^/]+/types"],
  },
  {
    from: "modules/([^/]+)",
    may: [
      "core/(primitives|codec|crypto|comet|store|baseapp)",
      "modules/[^/]+/types",
      "modules/$1/",
    ],
  },
  {
    from: "app",
    may: ["core/(?!abci)", "core/abci/(application|requests|responses|proposalBytes)", "modules/"],
  },
  { from: "sandbox", may: ["core/primitives", "core/codec", "core/crypto", "modules/[^/]+/types"] },
  {
    from: "server",
    may: ["core/(primitives|codec|crypto|baseapp|store)", "app/", "clients/sdk/(rpc/|errors)"],
  },
  { from: "node", may: ["core/", "modules/", "app/", "sandbox/", "server/"] },
  {
    from: "clients/sdk",
    may: ["core/(primitives|codec|crypto|comet)", "modules/[^/]+/types"],
  },
  { from: "clients/explorer", may: ["clients/sdk", "core/codec/generated", "core/crypto/hash"] },
];

const ALIAS = /^#(app|cmd|core|modules|node|sandbox|sdk|server|test|testnet)\//;

/** Imports across layers go by alias and only in the direction that LAYERS allows. */
export const layerImports = {
  meta: {
    type: "problem",
    schema: [],
    messages: {
      direction: "{{from}} may not import {{target}} (ADR-0009).",
      relative: "Import across layers by its # alias, so that the border crossing is visible.",
      alias: "Import within a folder by a relative path.",
    },
  },
  create(context) {
    const file = relative(context.cwd, context.filename).replaceAll("\\", "/");
    if (/\.test\.ts$/.test(file)) return {};
    const rule = LAYERS.find(({ from }) => new RegExp(`^${from}(/|$)`).test(file));
    if (rule === undefined) return {};
    const own = new RegExp(`^${rule.from}`).exec(file);
    const allowed = rule.may.map((entry) => new RegExp(`^${entry.replace("$1", own[1] ?? "")}`));
    const self = new RegExp(`^${own[0]}/`);
    function check(node) {
      const source = node.source?.value;
      if (typeof source !== "string") return;
      if (source.startsWith("#")) {
        if (!ALIAS.test(source)) return;
        const target = source.slice(1).replace(/^sdk\//, "clients/sdk/");
        if (self.test(target)) {
          if (!/generated/.test(target)) return;
        } else if (!allowed.some((pattern) => pattern.test(target))) {
          context.report({ node, messageId: "direction", data: { from: own[0], target } });
        }
        return;
      }
      if (!source.startsWith("..")) return;
      const parts = file.split("/").slice(0, -1);
      for (const step of source.split("/")) {
        if (step === "..") parts.pop();
        else if (step !== ".") parts.push(step);
      }
      if (!self.test(parts.join("/"))) context.report({ node, messageId: "relative" });
    }
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
    };
  },
};
