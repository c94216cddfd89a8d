import { relative } from "node:path";
import ts from "typescript";
import { ROOT, type SdkProgram } from "./program.js";

/** What a name of the package stands for. */
export type ExportKind = "function" | "class" | "constant" | "type";

/** One name that the package exports. */
export interface PublicExport {
  readonly name: string;
  readonly kind: ExportKind;
  /** Path of the declaring file within the repository. */
  readonly file: string;
  /** The declaration without bodies, as it is written. */
  readonly signature: string;
  /** The doc comment without its tags. */
  readonly text: string;
  /** Sources of the examples. */
  readonly examples: readonly string[];
}

/** Every export of the SDK, in the order of `index.ts`. */
export function publicExports({ checker, index }: SdkProgram): PublicExport[] {
  const module = checker.getSymbolAtLocation(index);
  if (module === undefined) throw new Error("index.ts exports nothing");
  return checker.getExportsOfModule(module).map((symbol) => readExport(checker, symbol));
}

function readExport(checker: ts.TypeChecker, symbol: ts.Symbol): PublicExport {
  const target =
    (symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol);
  const declaration = target.declarations?.find((one) => !isTypeTwin(target, one));
  if (declaration === undefined) throw new Error(`${symbol.name} is declared nowhere`);
  // Names of other layers have their examples where the package exports them.
  const tags = [...target.getJsDocTags(checker), ...specifierTags(symbol)];
  return {
    name: symbol.name,
    kind: kindOf(declaration),
    file: relative(ROOT, declaration.getSourceFile().fileName).replaceAll("\\", "/"),
    signature: signatureOf(declaration),
    text: textOf(checker, target) || textOf(checker, symbol),
    examples: tags
      .filter(({ name }) => name === "example")
      .map(({ text }) => ts.displayPartsToString(text).trim()),
  };
}

function textOf(checker: ts.TypeChecker, symbol: ts.Symbol): string {
  return ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim();
}

/** Generated messages are an interface and a constant of one name: the constant has the bytes. */
function isTypeTwin(symbol: ts.Symbol, declaration: ts.Declaration): boolean {
  return ts.isInterfaceDeclaration(declaration) && (symbol.declarations?.length ?? 0) > 1;
}

function specifierTags(symbol: ts.Symbol): ts.JSDocTagInfo[] {
  return (symbol.declarations ?? []).flatMap((declaration) =>
    ts.getJSDocTags(declaration).map((tag) => ({
      name: tag.tagName.text,
      text: [{ kind: "text", text: ts.getTextOfJSDocComment(tag.comment) ?? "" }],
    })),
  );
}

function kindOf(declaration: ts.Declaration): ExportKind {
  if (ts.isFunctionDeclaration(declaration)) return "function";
  if (ts.isClassDeclaration(declaration)) return "class";
  return ts.isVariableDeclaration(declaration) ? "constant" : "type";
}

function signatureOf(declaration: ts.Declaration): string {
  if (ts.isFunctionDeclaration(declaration)) return headOf(declaration, declaration.body);
  if (ts.isClassDeclaration(declaration)) return classSignature(declaration);
  if (ts.isVariableDeclaration(declaration)) {
    const type = declaration.type?.getText();
    return `const ${declaration.name.getText()}${type === undefined ? "" : `: ${type}`}`;
  }
  return withoutExport(declaration.getText());
}

function headOf(declaration: ts.Node, body: ts.Node | undefined): string {
  const source = declaration.getSourceFile().text;
  const end = body?.getStart() ?? declaration.getEnd();
  return withoutExport(source.slice(declaration.getStart(), end).trim());
}

function classSignature(declaration: ts.ClassDeclaration): string {
  const source = declaration.getSourceFile().text;
  const first = declaration.members[0];
  const head = first === undefined ? declaration.getText() : headText(source, declaration, first);
  const members = declaration.members.filter(isPublic).map(memberText);
  return [withoutExport(head), ...members, "}"].join("\n");
}

function headText(source: string, declaration: ts.Node, first: ts.Node): string {
  const start = declaration.getStart();
  return source.slice(start, source.lastIndexOf("{", first.getStart()) + 1).trim();
}

function isPublic(member: ts.ClassElement): boolean {
  if (member.name !== undefined && ts.isPrivateIdentifier(member.name)) return false;
  const modifiers = ts.getCombinedModifierFlags(member);
  return (modifiers & ts.ModifierFlags.Private) === 0;
}

function memberText(member: ts.ClassElement): string {
  const source = member.getSourceFile().text;
  const comments = ts.getJSDocCommentsAndTags(member).filter(ts.isJSDoc);
  const doc = comments.map((comment) => `  ${source.slice(comment.pos, comment.end)}\n`);
  const body = "body" in member ? (member.body as ts.Node | undefined) : undefined;
  const head = headOf(member, body).replace(/[;,]?$/, ";");
  return `${doc.join("")}  ${head}`;
}

function withoutExport(text: string): string {
  return text.replace(/^export (?:declare )?/, "");
}
