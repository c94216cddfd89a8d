import ts from "typescript";
import type { Tree } from "./tree.js";

/** An error that a module defines. */
export interface ErrorFact {
  readonly file: string;
  readonly line: number;
  readonly codespace: string;
  readonly code: number;
  readonly name: string;
  readonly summary: string;
}

/** An event that a module emits; several functions may make events of one type. */
export interface EventFact {
  readonly file: string;
  readonly line: number;
  readonly type: string;
  readonly attributes: ReadonlySet<string>;
}

/** A constant of a module's keys. */
export interface ConstantFact {
  readonly file: string;
  readonly line: number;
  readonly name: string;
  readonly value: string;
}

/** Parses a file of the tree. */
function parse(tree: Tree, file: string): ts.SourceFile {
  return ts.createSourceFile(file, tree.text(file), ts.ScriptTarget.Latest, true);
}

function lineOf(node: ts.Node): number {
  const source = node.getSourceFile();
  return source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
}

function typeFiles(tree: Tree, module: string): string[] {
  const under = `modules/${module}/types/`;
  return tree.sources.filter((path) => path.startsWith(under) && !path.endsWith(".test.ts"));
}

/** Variables of a file's top level with their initial values. */
function constants(source: ts.SourceFile): Array<readonly [string, ts.Expression]> {
  return source.statements
    .filter(ts.isVariableStatement)
    .flatMap((statement) =>
      statement.declarationList.declarations.flatMap(({ name, initializer }) =>
        ts.isIdentifier(name) && initializer !== undefined
          ? [[name.text, initializer] as const]
          : [],
      ),
    );
}

/** String constants of a module's types by name. */
function textConstants(sources: readonly ts.SourceFile[]): Map<string, string> {
  const texts = sources.flatMap(constants).flatMap(([name, value]) => {
    return ts.isStringLiteral(value) ? [[name, value.text] as const] : [];
  });
  return new Map(texts);
}

function property(node: ts.ObjectLiteralExpression, name: string): ts.Expression | undefined {
  const found = node.properties
    .filter(ts.isPropertyAssignment)
    .find((one) => ts.isIdentifier(one.name) && one.name.text === name);
  return found?.initializer;
}

/** Every `defineError(codespace, { code, summary })` of a module's types. */
export function errorsOf(tree: Tree, module: string): ErrorFact[] {
  const sources = typeFiles(tree, module).map((file) => parse(tree, file));
  const texts = textConstants(sources);
  return sources.flatMap((source) =>
    constants(source).flatMap(([name, value]) => {
      const call = ts.isCallExpression(value) ? value : undefined;
      if (call?.expression.getText() !== "defineError") return [];
      const [space, spec] = call.arguments;
      if (space === undefined || spec === undefined || !ts.isObjectLiteralExpression(spec)) {
        return [];
      }
      const codespace = ts.isStringLiteral(space) ? space.text : texts.get(space.getText());
      const summary = property(spec, "summary");
      return [
        {
          file: source.fileName,
          line: lineOf(call),
          codespace: codespace ?? space.getText(),
          code: Number(property(spec, "code")?.getText()),
          name,
          summary: summary !== undefined && ts.isStringLiteralLike(summary) ? summary.text : "",
        },
      ];
    }),
  );
}

/** Every `event("type", [["key", …], …])` of a module's `types/events.ts`, helpers included. */
export function eventsOf(tree: Tree, module: string): EventFact[] {
  const file = `modules/${module}/types/events.ts`;
  const source = parse(tree, file);
  const functions = source.statements.filter(ts.isFunctionDeclaration);
  const helpers = new Map(functions.map((one) => [one.name?.text ?? "", one]));
  return functions.flatMap((declared) => {
    const calls = descendants(declared).filter(ts.isCallExpression);
    return calls.flatMap((call): EventFact[] => {
      const [type, attributes] = call.arguments;
      if (call.expression.getText() !== "event" || attributes === undefined) return [];
      if (type === undefined || !ts.isStringLiteral(type)) return [];
      const keys = new Set(attributeKeys(attributes, helpers));
      return [{ file, line: lineOf(call), type: type.text, attributes: keys }];
    });
  });
}

function attributeKeys(
  node: ts.Node,
  helpers: ReadonlyMap<string, ts.FunctionDeclaration>,
): string[] {
  return [node, ...descendants(node)].flatMap((one) => {
    if (ts.isArrayLiteralExpression(one)) {
      const [key] = one.elements;
      return key !== undefined && ts.isStringLiteral(key) ? [key.text] : [];
    }
    if (!ts.isCallExpression(one)) return [];
    const helper = helpers.get(one.expression.getText());
    return helper?.body === undefined ? [] : attributeKeys(helper.body, helpers);
  });
}

function descendants(node: ts.Node): ts.Node[] {
  return node.getChildren().flatMap((child) => [child, ...descendants(child)]);
}

/** Store prefixes of a module: the members of every `…PREFIX` object of its keys. */
export function prefixesOf(tree: Tree, module: string): Array<ConstantFact & { group: string }> {
  const file = `modules/${module}/types/keys.ts`;
  return constants(parse(tree, file)).flatMap(([group, value]) => {
    const object = ts.isAsExpression(value) ? value.expression : value;
    if (!group.endsWith("PREFIX") || !ts.isObjectLiteralExpression(object)) return [];
    return object.properties.filter(ts.isPropertyAssignment).map((one) => ({
      group,
      file,
      line: lineOf(one),
      name: one.name.getText(),
      value: one.initializer.getText(),
    }));
  });
}

/** Names of a module's stores: its `…_STORE` constants, else its `…_MODULE` constant. */
export function storesOf(tree: Tree, module: string): ConstantFact[] {
  const file = `modules/${module}/types/keys.ts`;
  const texts = constants(parse(tree, file)).flatMap(([name, value]) =>
    ts.isStringLiteral(value) ? [{ file, line: lineOf(value), name, value: value.text }] : [],
  );
  const stores = texts.filter(({ name }) => name.endsWith("_STORE"));
  return stores.length > 0 ? stores : texts.filter(({ name }) => name.endsWith("_MODULE"));
}
