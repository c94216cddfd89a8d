import { attempt } from "#core/codec/attempt.js";
import { fromJson, type JsonValue } from "#core/codec/json.js";
import { parseJson } from "#core/codec/parseJson.js";
import type { HttpRule, ServiceMethod } from "#core/codec/service.js";
import type { TypeRegistry } from "#core/codec/typeRegistry.js";
import { fromUtf8 } from "#core/primitives/bytes.js";
import { ChainError } from "#core/primitives/errors.js";
import { CallFailure, StatusCode } from "../doors/callStatus.js";
import type { RoutePath } from "./pathTemplate.js";
import { queryParameters } from "./queryString.js";
import { type DraftMessage, setField } from "./requestFields.js";

/** One way to reach a method over HTTP. */
export interface RestRoute {
  readonly method: ServiceMethod;
  readonly rule: HttpRule;
  readonly path: RoutePath;
}

/** An HTTP request, as far as the message is made from it. */
export interface HttpQuestion {
  readonly url: string;
  /** Values of the path's variables by parameter, unescaped. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/**
 * The encoded request message that an HTTP request stands for: from the body where the rule has
 * one, otherwise from the query string; the path's variables win. Fails with a CallFailure.
 */
export function encodeRequest(
  route: RestRoute,
  question: HttpQuestion,
  registry: TypeRegistry,
): Uint8Array {
  const { request: codec } = route.method;
  const { rule, path } = route;
  const draft = (
    rule.body === "" ? codec.create() : messageOf(route, question, registry)
  ) as DraftMessage;
  const bound = path.variables.map(({ field }) => field);
  // With the whole message in the body, nothing is left for the query string.
  const parameters = rule.body === "*" ? [] : queryParameters(question.url);
  for (const [name, values] of parameters) {
    if (!bound.includes(name)) setField(codec, draft, name, values);
  }
  for (const { parameter, field } of path.variables) {
    bind(route, draft, field, question.parameters[parameter] ?? "");
  }
  return codec.encode(draft);
}

function bind({ method }: RestRoute, draft: DraftMessage, field: string, text: string): void {
  try {
    setField(method.request, draft, field, [text]);
  } catch (error) {
    if (!(error instanceof CallFailure)) throw error;
    throw refusal(`type mismatch, parameter: ${field}, error: ${error.message}`);
  }
}

function messageOf(
  { method, rule }: RestRoute,
  { body }: HttpQuestion,
  registry: TypeRegistry,
): object {
  const json = body.length === 0 ? {} : jsonOf(body);
  const whole = rule.body === "*" ? json : { [rule.body]: json };
  const message = attempt(() => fromJson(method.request, whole, { registry }));
  if (message instanceof ChainError) throw refusal(message.message);
  return message;
}

function jsonOf(body: Uint8Array): JsonValue {
  const text = fromUtf8(body);
  if (text === undefined) throw refusal("the body is not UTF-8");
  const json = parseJson(text);
  if (json === undefined) throw refusal("the body is not JSON");
  return json;
}

function refusal(problem: string): CallFailure {
  return new CallFailure(StatusCode.INVALID_ARGUMENT, problem);
}
