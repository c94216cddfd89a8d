import { join } from "node:path";
import ts from "typescript";
import type { PublicExport } from "./publicExports.js";
import { readSdk, ROOT } from "./program.js";

/** An example of a doc comment. */
export interface Example {
  /** Name of the export, and which of its examples. */
  readonly title: string;
  readonly source: string;
}

/** All examples in the order of the exports. */
export function examplesOf(exports: readonly PublicExport[]): Example[] {
  return exports.flatMap(({ name, examples }) =>
    examples.map((source, index) => ({
      title: index === 0 ? name : `${name}, example ${index + 1}`,
      source,
    })),
  );
}

/** Where the examples' names come from. */
const SCOPE = "test/e2e/sdk/exampleScope.ts";

/**
 * One source with a function for each example. All names of the package are imported, and those of
 * the scope are there; each body is a block of its own, in which they may be named anew.
 */
function moduleOf(
  examples: readonly Example[],
  exports: readonly PublicExport[],
  scopeNames: readonly string[],
): string {
  const values = exports
    .filter(({ kind, name }) => kind !== "type" && !name.includes(" "))
    .map(({ name }) => name);
  const scope = scopeNames.join(", ");
  const bodies = examples.map(
    ({ title, source }) =>
      `${JSON.stringify(title)}: async ({ ${scope} }: ExampleScope): Promise<void> => {\n{\n${source}\n}\n},`,
  );
  return `import type * as sdk from "#sdk/index.js";
import type { ExampleScope } from "#test/e2e/sdk/exampleScope.js";
export const make = ({ ${values.join(", ")} }: typeof sdk) => ({
${bodies.join("\n")}
});
`;
}

/** Names of the scope that examples take for granted, by its interface. */
function scopeNamesOf(): string[] {
  const text = ts.sys.readFile(join(ROOT, SCOPE)) ?? "";
  const source = ts.createSourceFile(SCOPE, text, ts.ScriptTarget.Latest);
  return source.statements
    .filter(ts.isInterfaceDeclaration)
    .flatMap(({ members }) => members.map(({ name }) => name))
    .filter((name) => name !== undefined)
    .filter(ts.isIdentifier)
    .map(({ text: name }) => name);
}

/** What the compiler says of the examples; nothing when they all compile. */
export function checkExamples(exports: readonly PublicExport[]): string[] {
  const text = moduleOf(examplesOf(exports), exports, scopeNamesOf());
  const path = "test/e2e/sdk/allExamples.ts";
  const { program } = readSdk({ path, text });
  const file = program.getSourceFiles().find(({ fileName }) => fileName.endsWith(path));
  const lines = text.split("\n");
  return ts.getPreEmitDiagnostics(program, file).map((problem) => {
    const message = ts.flattenDiagnosticMessageText(problem.messageText, "\n");
    const line = file?.getLineAndCharacterOfPosition(problem.start ?? 0).line ?? 0;
    return `${message}\n  ${lines[line] ?? ""}`;
  });
}

/** An example that can be run. */
export type RunExample = (scope: object) => Promise<void>;

/**
 * Compiles the examples; gives them by their titles. `sdk` is the package, and `replace` changes
 * what stands for an address in a text, such as that of an endpoint.
 */
export async function compileExamples(
  exports: readonly PublicExport[],
  sdk: object,
  replace: (source: string) => string,
): Promise<ReadonlyMap<string, RunExample>> {
  const text = replace(moduleOf(examplesOf(exports), exports, scopeNamesOf()));
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 },
  });
  const encoded = Buffer.from(outputText).toString("base64");
  const { make } = (await import(/* @vite-ignore */ `data:text/javascript;base64,${encoded}`)) as {
    readonly make: (sdk: object) => Readonly<Record<string, RunExample>>;
  };
  return new Map(Object.entries(make(sdk)));
}
