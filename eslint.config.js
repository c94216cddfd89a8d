import tseslint from "typescript-eslint";
import { aivmPlugin } from "./tools/eslint-plugin/index.js";

const each = (names, message, object) =>
  names.map((property) =>
    object === undefined ? { property, message } : { object, property, message },
  );
const globals = (names, message) => names.map((name) => ({ name, message }));

const CONSENSUS = ["app/**/*.ts", "core/**/*.ts", "modules/**/*.ts"];
/** Folders of `core` that touch the machine on purpose, and generated code. */
const NOT_CONSENSUS = [
  "**/*.test.ts",
  "**/*.bench.ts",
  "**/generated/**",
  "core/abci/**",
  "core/store/sqlite/**",
  "core/crypto/node/**",
  "modules/*/cli.ts",
];

const DETERMINISM = {
  "no-restricted-globals": [
    "error",
    ...globals(["Date", "performance"], "Block time comes from ctx.header.timeNs."),
    ...globals(
      ["setTimeout", "setInterval", "setImmediate", "queueMicrotask"],
      "Schedule by height.",
    ),
    ...globals(
      ["globalThis", "fetch", "process", "console", "navigator", "Buffer"],
      "Take a capability.",
    ),
    ...globals(
      ["Intl", "WeakRef", "FinalizationRegistry"],
      "The result depends on ICU or on collection.",
    ),
    ...globals(["crypto"], "Randomness comes from the block, hashes from #core/crypto."),
    ...globals(["parseFloat", "Float32Array", "Float64Array"], "Consensus arithmetic is bigint."),
  ],
  "no-restricted-properties": [
    "error",
    ...each(
      ["localeCompare", "toLocaleString", "toLocaleUpperCase", "toLocaleLowerCase", "normalize"],
      "The result depends on the ICU data of this Node build; compare bytes.",
    ),
    ...each(["toFixed", "toPrecision", "toExponential"], "Format integers."),
    ...each(["race", "any", "all", "allSettled"], "Consensus code is synchronous.", "Promise"),
    ...each(
      ["keys", "values", "entries", "fromEntries"],
      "Use an array of pairs or sortedEntries.",
      "Object",
    ),
    ...each(["stringify"], "JSON bytes are not canonical; encode with the proto codec.", "JSON"),
  ],
  "no-restricted-syntax": [
    "error",
    { selector: "ForInStatement", message: "for-in walks prototypes and reorders integer keys." },
    {
      selector:
        "MemberExpression[object.name='Math']:not([property.name=/^(min|max|abs|trunc|sign)$/])",
      message: "Only exact Math functions.",
    },
    { selector: "Literal[raw=/^[0-9_]*\\.[0-9]|^[0-9.]+e-/i]", message: "Scale to integer units." },
    {
      selector: ":function[async=true], AwaitExpression, ForOfStatement[await=true]",
      message: "Synchronous.",
    },
    { selector: "CatchClause", message: "Only the transaction runner and decoding borders catch." },
    {
      selector: "ThrowStatement > NewExpression[callee.name=/^(Error|TypeError|RangeError)$/]",
      message: "Throw a registered ChainError, or assert.",
    },
    { selector: "Literal[regex.pattern=/\\\\p\\{/]", message: "Unicode classes change with Node." },
  ],
  "no-restricted-imports": [
    "error",
    { patterns: [{ regex: "^node:", message: "No Node built-ins here." }] },
  ],
  "@typescript-eslint/require-array-sort-compare": ["error", { ignoreStringArrays: false }],
  "@typescript-eslint/strict-boolean-expressions": "error",
  "aivm/no-shared-map-iteration": "error",
  "aivm/no-number-division": "error",
};

const HOUSE = {
  "no-restricted-exports": ["error", { restrictDefaultExports: { direct: true, named: true } }],
  "aivm/layer-imports": "error",
  "max-lines-per-function": ["error", { max: 70, skipBlankLines: true, skipComments: true }],
  "max-lines": ["error", { max: 500, skipBlankLines: true, skipComments: true }],
  "max-params": ["error", 4],
  "max-depth": ["error", 3],
  complexity: ["error", 12],
  "no-console": "error",
  eqeqeq: "error",
  "@typescript-eslint/no-non-null-assertion": "error",
  "@typescript-eslint/explicit-module-boundary-types": "error",
  "@typescript-eslint/switch-exhaustiveness-check": [
    "error",
    { considerDefaultExhaustiveForUnions: true },
  ],
  "@typescript-eslint/no-unnecessary-condition": "error",
  "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
  "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
};

export default [
  { ignores: ["dist/**", "**/node_modules/**", "**/generated/**", "kernels/**", "coverage/**"] },
  ...tseslint.configs.strictTypeChecked.map((config) => ({
    ...config,
    files: ["**/*.ts", "**/*.tsx"],
  })),
  {
    files: ["**/*.ts", "**/*.tsx"],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    plugins: { aivm: aivmPlugin },
    rules: HOUSE,
  },
  { files: CONSENSUS, ignores: NOT_CONSENSUS, rules: DETERMINISM },
  {
    // A codec and a switch over field kinds are clearer as one exhaustive switch.
    files: ["core/codec/message.ts", "core/codec/json.ts"],
    rules: { complexity: "off" },
  },
  {
    // Decoding borders turn what they catch into "undefined" or a coded error.
    files: [
      "core/primitives/bytes.ts",
      "core/codec/attempt.ts",
      "core/codec/parseJson.ts",
      "core/crypto/ecvrfCurve.ts",
      "core/baseapp/txRunner.ts",
      "core/baseapp/guard.ts",
    ],
    rules: {
      "no-restricted-syntax": [
        "error",
        ...DETERMINISM["no-restricted-syntax"]
          .slice(1)
          .filter(({ selector }) => selector !== "CatchClause"),
      ],
    },
  },
  {
    files: [
      "cmd/**/*.ts",
      "tools/**/*.ts",
      "bench/**/*.ts",
      "testnet/**/*.ts",
      "vitest*.config.ts",
      "**/vite.config.ts",
    ],
    rules: {
      "no-console": "off",
      "no-restricted-exports": "off",
    },
  },
  {
    files: ["**/*.test.ts", "test/**/*.ts"],
    rules: {
      "max-lines-per-function": "off",
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/explicit-module-boundary-types": "off",
    },
  },
  {
    files: ["**/*.js"],
    rules: { "no-restricted-exports": "off" },
  },
];
