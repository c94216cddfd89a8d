import type { Field } from "#core/codec/message.js";
import type { ServiceMethod } from "#core/codec/service.js";
import { type GroupedService, QUERY_GROUPS, type QueryWish } from "./groups.js";

/** One query method as a command. */
export interface QueryCommand {
  readonly group: string;
  /** Kebab case, for example `all-balances`. */
  readonly name: string;
  readonly aliases: readonly string[];
  /** gRPC path. */
  readonly path: string;
  readonly method: ServiceMethod;
  /** Request fields that are arguments, in the order of the command line. */
  readonly positional: readonly Field[];
  /** How many of `positional` must be given. */
  readonly required: number;
  /** Request fields that are flags. */
  readonly flags: readonly Field[];
  /** Whether the answer comes in pages. */
  readonly paged: boolean;
}

/** Every command of every group, in the order of the help. */
export const QUERY_COMMANDS: readonly QueryCommand[] = QUERY_GROUPS.flatMap((group) =>
  group.services.flatMap((service) => commandsOf(group.name, service)),
);

function commandsOf(group: string, grouped: GroupedService): QueryCommand[] {
  const { service, unanswered, wishes } = grouped;
  return service.methods
    .filter(({ name }) => !unanswered.includes(name))
    .map((method) => {
      const wish = wishes[method.name] ?? {};
      const path = `/${service.typeName}/${method.name}`;
      return { group, path, method, ...shapeOf(method, wish), ...namesOf(method, wish) };
    });
}

function namesOf(
  method: ServiceMethod,
  { name = kebabCase(method.name), aliases = [] }: QueryWish,
): Pick<QueryCommand, "name" | "aliases"> {
  return { name, aliases };
}

function shapeOf(
  method: ServiceMethod,
  wish: QueryWish,
): Pick<QueryCommand, "positional" | "required" | "flags" | "paged"> {
  const { optional = [], hidden = [] } = wish;
  const names = wish.positional ?? pathFields(method);
  const { fields } = method.request;
  // In the order of the request: that is the order of the Cosmos SDK's commands.
  const positional = fields.filter(({ protoName }) => names.includes(protoName));
  const flags = fields.filter(
    ({ kind, protoName }) =>
      kind !== "message" && !names.includes(protoName) && !hidden.includes(protoName),
  );
  const required = positional.filter(({ protoName }) => !optional.includes(protoName)).length;
  const paged = fields.some(({ protoName }) => protoName === "pagination");
  return { positional, required, flags, paged };
}

/** Fields in the REST path of a method: those without which it cannot be asked. */
function pathFields({ http }: ServiceMethod): string[] {
  const path = http[0]?.path ?? "";
  return [...path.matchAll(/\{([a-z0-9_]+)(?:=[^}]*)?\}/g)].map(([, name = ""]) => name);
}

/** `AllBalances` as `all-balances`, `KernelById` as `kernel-by-id`. */
export function kebabCase(name: string): string {
  return name
    .replaceAll("_", "-")
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1-$2")
    .toLowerCase();
}
