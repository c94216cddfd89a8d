import type { DoorCalls, DoorMethod } from "../doors/doorCalls.js";
import { routePath } from "./pathTemplate.js";
import type { RestRoute } from "./restRequest.js";

/** A route and the method that it leads to. */
export interface MethodRoute {
  readonly route: RestRoute;
  readonly method: DoorMethod;
}

/**
 * The routes of every method, from the `google.api.http` annotations. The first method of a path
 * has it, as in the SDK: its two conversions of addresses share one, so that
 * `AddressStringToBytes` is reached over gRPC alone.
 */
export function restRoutes(calls: DoorCalls): readonly MethodRoute[] {
  const taken = new Map<string, MethodRoute>();
  for (const method of calls.methods()) {
    for (const rule of method.method.http) {
      const path = routePath(rule.path);
      const key = `${rule.verb} ${path.url}`;
      if (taken.has(key)) continue;
      taken.set(key, { route: { method: method.method, rule, path }, method });
    }
  }
  return [...taken.values()];
}
