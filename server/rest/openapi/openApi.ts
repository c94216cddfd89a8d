import { APP_VERSION } from "#app/chain.js";
import { METHOD_DOCS } from "#core/codec/generated/methodDocs.js";
import type { JsonObject, JsonValue } from "#core/codec/json.js";
import type { AnyCodec, Field } from "#core/codec/message.js";
import { HEIGHT_HEADER } from "../../doors/blockHeight.js";
import type { DoorCalls } from "../../doors/doorCalls.js";
import type { RestRoute } from "../restRequest.js";
import { type MethodRoute, restRoutes } from "../restRoutes.js";
import { fieldNamed } from "../requestFields.js";
import { Schemas, scalarSchema } from "./schemas.js";

/** An OpenAPI 3.0 description of every REST route that is answered, made from the protos. */
export function openApi(calls: DoorCalls): JsonObject {
  const schemas = { answers: new Schemas("answers"), bodies: new Schemas("bodies") };
  const paths: Record<string, JsonObject> = {};
  for (const one of restRoutes(calls).filter(({ method }) => method.served)) {
    const { rule } = one.route;
    const path = rule.path.replace(/=\*\*?\}/g, "}");
    paths[path] = { ...paths[path], [rule.verb]: operation(one, schemas) };
  }
  return {
    openapi: "3.0.3",
    info: {
      title: "AIVM",
      version: APP_VERSION,
      description:
        "The REST door of an AIVM node: the gateway of the Cosmos SDK. 64-bit integers are texts, " +
        "bytes are base64, and errors carry the code of their gRPC status.",
    },
    servers: [{ url: "/" }],
    paths,
    components: {
      schemas: { ...schemas.answers.all(), ...schemas.bodies.all(), Error: ERROR },
      parameters: { Height: HEIGHT },
    },
  };
}

const ERROR: JsonObject = {
  type: "object",
  required: ["code", "message", "details"],
  properties: {
    code: { type: "integer", description: "Status code of gRPC." },
    message: { type: "string" },
    details: { type: "array", items: { type: "object" } },
  },
};

const HEIGHT: JsonObject = {
  name: HEIGHT_HEADER,
  in: "header",
  description: "Height of the state to ask; the latest unless given.",
  schema: { type: "string", format: "int64" },
};

interface SchemaSets {
  readonly answers: Schemas;
  readonly bodies: Schemas;
}

function operation({ route, method }: MethodRoute, schemas: SchemaSets): JsonObject {
  const { service } = method;
  const { request, response, name } = method.method;
  const description = METHOD_DOCS.get(method.path);
  const parameters: JsonValue[] = [
    ...route.path.variables.map(({ field }) => pathParameter(request, field)),
    ...queryParameters(route, request),
    { $ref: "#/components/parameters/Height" },
  ];
  return {
    operationId: `${service.typeName}.${name}`,
    summary: name,
    ...(description === undefined ? {} : { description }),
    tags: [service.typeName],
    parameters,
    ...(route.rule.body === "" ? {} : { requestBody: requestBody(route, request, schemas.bodies) }),
    responses: {
      "200": { description: "The answer.", content: json(schemas.answers.reference(response)) },
      default: {
        description: "Why there is none.",
        content: json({ $ref: "#/components/schemas/Error" }),
      },
    },
  };
}

function json(schema: JsonObject): JsonObject {
  return { "application/json": { schema } };
}

function requestBody({ rule }: RestRoute, request: AnyCodec, bodies: Schemas): JsonObject {
  const field = fieldNamed(request, rule.body);
  const schema = field === undefined ? bodies.reference(request) : bodies.field(field);
  return { required: true, content: json(schema) };
}

function pathParameter(request: AnyCodec, name: string): JsonObject {
  const field = fieldNamed(request, name);
  const schema = field === undefined ? { type: "string" } : scalarSchema(field);
  // Without a character, the path is another one.
  const part = schema["type"] === "string" ? { ...schema, minLength: 1 } : schema;
  return { name, in: "path", required: true, schema: part };
}

function queryParameters({ rule, path }: RestRoute, request: AnyCodec): JsonObject[] {
  if (rule.body === "*") return [];
  const bound = path.variables.map(({ field }) => field);
  const free = request.fields.filter(({ protoName }) => !bound.includes(protoName));
  return free.flatMap((field) => fieldParameters(field, ""));
}

/** Fields of a nested message are parameters with a dotted name. */
function fieldParameters(field: Field, prefix: string): JsonObject[] {
  const name = prefix + field.protoName;
  if (field.kind !== "message") {
    const single = scalarSchema(field);
    return [
      { name, in: "query", schema: field.repeated ? { type: "array", items: single } : single },
    ];
  }
  const isNested = prefix !== "";
  if (field.repeated || isNested || field.message === undefined) return [];
  return field.message().fields.flatMap((inner) => fieldParameters(inner, `${name}.`));
}
