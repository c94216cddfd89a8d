/** A path template of a `google.api.http` rule, in the form of the router. */
export interface RoutePath {
  /** With `:p0`, `:p1` for variables and `*` for one that spans segments. */
  readonly url: string;
  /** Names of the router's parameters and the field that each sets. */
  readonly variables: ReadonlyArray<{ readonly parameter: string; readonly field: string }>;
}

const VARIABLE = /^\{([a-z0-9_.]+)(=\*\*|=\*)?\}$/;

/** Reads a template such as `/cosmos/bank/v1beta1/balances/{address}`; throws for one that it cannot serve. */
export function routePath(template: string): RoutePath {
  const variables: Array<{ parameter: string; field: string }> = [];
  const segments = template.split("/").map((segment, index, all) => {
    if (!/[{}*:]/.test(segment)) return segment;
    const [, field, pattern] = VARIABLE.exec(segment) ?? [];
    const spans = pattern === "=**";
    if (field === undefined || (spans && index !== all.length - 1)) {
      throw new Error(`the router has no form for ${template}`);
    }
    const parameter = spans ? "*" : `p${variables.length}`;
    variables.push({ parameter, field });
    return spans ? "*" : `:${parameter}`;
  });
  return { url: segments.join("/"), variables };
}
