import type { Command } from "commander";
import { PageRequest, type PageResponse } from "#core/codec/generated/cosmos/base/query/v1beta1.js";
import { toJson } from "#core/codec/json.js";
import type { Field } from "#core/codec/message.js";
import { toBase64 } from "#core/primitives/bytes.js";
import { callQuery } from "#sdk/query/callQuery.js";
import { declareOption } from "../tx/declareOption.js";
import { addExamples, addNodeFlag, wholeNumber } from "../../flags.js";
import type { CommandIo } from "../../io.js";
import type { Session } from "../../session.js";
import { wrongUse } from "../../errors.js";
import { answerText } from "./answerText.js";
import { CLIENT_TYPES } from "./clientTypes.js";
import { rpcOf, runsOnline } from "./connection.js";
import { exampleOf } from "./examples.js";
import { readBytes, readField, shortNames } from "./fieldText.js";
import { QUERY_GROUPS } from "./groups.js";
import { kebabCase, QUERY_COMMANDS, type QueryCommand } from "./queryTable.js";
import { isRecord, readable, type Readable } from "./readable.js";

/** Flags of every query; those for the request's own fields come beside them. */
interface QueryFlags {
  readonly height?: number;
  readonly limit?: number;
  readonly offset?: number;
  readonly pageKey?: string;
  readonly countTotal?: boolean;
  readonly reverse?: boolean;
}

/** Adds the groups of `aivmd query` with a command for each method that the chain answers. */
export function addQueryGroups(query: Command, io: CommandIo): void {
  for (const { name, summary } of QUERY_GROUPS) {
    const group = query.command(name).description(summary);
    const commands = QUERY_COMMANDS.filter((command) => command.group === name);
    for (const command of commands) addQueryCommand(group, io, command);
    const [first] = commands;
    if (first !== undefined) addExamples(group, exampleOf(first));
  }
}

function addQueryCommand(group: Command, io: CommandIo, query: QueryCommand): void {
  const command = group
    .command(query.name)
    .aliases([...query.aliases])
    .description(`ask for ${query.path.slice(1)}`);
  for (const [index, field] of query.positional.entries()) {
    command.argument(placeholder(field, index < query.required), describe(field));
  }
  for (const field of query.flags) {
    const list = field.repeated ? "..." : "";
    const option = `--${kebabCase(field.protoName)} <${valueName(field)}${list}>`;
    declareOption(command, option, describe(field));
  }
  command.option("--height <height>", "state of this height", wholeNumber(1));
  if (query.paged) addPageFlags(command);
  addExamples(addNodeFlag(command), exampleOf(query));
  runsOnline<QueryFlags>(command, io, (session, flags, args) => ask(session, query, flags, args));
}

function addPageFlags(command: Command): void {
  command
    .option("--limit <count>", "elements of a page (default: 100)", wholeNumber(1))
    .option("--offset <count>", "elements to leave out", wholeNumber(0))
    .option("--page-key <key>", "the next page, as the page before names it")
    .option("--count-total", "count the elements of all pages")
    .option("--reverse", "the last elements first");
}

function placeholder(field: Field, isRequired: boolean): string {
  const name = `${kebabCase(field.protoName)}${field.repeated ? "..." : ""}`;
  return isRequired ? `<${name}>` : `[${name}]`;
}

function valueName({ kind }: Field): string {
  if (kind === "bytes") return "hex";
  return kind === "string" || kind === "enum" ? "text" : kind === "bool" ? "bool" : "number";
}

function describe({ kind, enumNames = [] }: Field): string {
  if (kind === "bytes") return "hex or base64";
  if (kind === "enum") return shortNames(enumNames).join(", ").toLowerCase();
  return "";
}

async function ask(
  session: Session,
  query: QueryCommand,
  flags: QueryFlags,
  args: readonly string[],
): Promise<void> {
  const { path, method } = query;
  const { request, response } = method;
  const fields = queryRequest(query, flags, args);
  const height = flags.height === undefined ? undefined : BigInt(flags.height);
  const answer = await callQuery(rpcOf(session), { path, request, response }, fields, { height });
  const { terminal } = session;
  terminal.show(toJson(response, answer.response, CLIENT_TYPES), () =>
    answerText(terminal, withoutPages(readable(response, answer.response, CLIENT_TYPES))),
  );
  const { pagination } = answer.response as { readonly pagination?: PageResponse };
  if (pagination !== undefined && terminal.output === "text") notePages(session, pagination);
}

/** The request that a command line makes; fails with `cli/2`. */
export function queryRequest(
  query: QueryCommand,
  flags: object,
  args: readonly string[],
): Record<string, unknown> {
  const texts = flags as Readonly<Record<string, unknown>>;
  const values: Record<string, unknown> = {};
  for (const [index, field] of query.positional.entries()) {
    const name = kebabCase(field.protoName);
    if (field.repeated) {
      values[field.name] = args.slice(index).map((text) => readField(field, text, name));
    } else if (args[index] !== undefined) {
      values[field.name] = readField(field, args[index], name);
    }
  }
  for (const field of query.flags) {
    const given = texts[field.name];
    const name = `--${kebabCase(field.protoName)}`;
    if (Array.isArray(given)) {
      values[field.name] = given.map((text) => readField(field, String(text), name));
    } else if (typeof given === "string") values[field.name] = readField(field, given, name);
  }
  if (query.paged) values["pagination"] = pageRequest(flags);
  return values;
}

function pageRequest(flags: QueryFlags): PageRequest {
  const { limit = 0, offset = 0, pageKey, countTotal = false, reverse = false } = flags;
  if (pageKey !== undefined && offset > 0) {
    throw wrongUse({ problem: "--page-key and --offset exclude each other" });
  }
  const key = pageKey === undefined ? new Uint8Array(0) : readBytes(pageKey, "--page-key");
  return PageRequest.create({
    key,
    offset: BigInt(offset),
    limit: BigInt(limit),
    countTotal,
    reverse,
  });
}

/** The one thing that an answer is about, without its wrapping and its page. */
export function withoutPages(answer: Readable): Readable {
  if (!isRecord(answer)) return answer;
  const rest = answer.entries.filter(([name]) => name !== "pagination");
  const [only] = rest;
  return rest.length === 1 && only !== undefined ? only[1] : { entries: rest };
}

function notePages({ terminal }: Session, { nextKey, total }: PageResponse): void {
  if (total > 0n) terminal.note(`${total} in all`);
  if (nextKey.length > 0) terminal.note(`more follow: --page-key ${toBase64(nextKey)}`);
}
