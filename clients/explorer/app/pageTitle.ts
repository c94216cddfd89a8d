import { shortText } from "../format/short.js";
import type { Route } from "../route/route.js";

type Titles = {
  readonly [Page in Route["page"]]: (route: Extract<Route, { page: Page }>) => string;
};

const TITLES: Titles = {
  overview: () => "Overview",
  market: () => "Kernels",
  validators: () => "Validators",
  network: () => "Network",
  key: () => "Test key",
  kernel: ({ name }) => name,
  request: ({ id }) => `Request ${id}`,
  block: ({ height }) => `Block ${height}`,
  tx: ({ hash }) => `Transaction ${shortText(hash)}`,
  account: ({ address }) => shortText(address),
  validator: ({ operator }) => shortText(operator),
  unknown: () => "Not found",
};

/** What the browser's tab says of a page. */
export function titleOf(route: Route): string {
  // The page picks the title of its own kind of route, which TypeScript cannot follow.
  return (TITLES[route.page] as (route: Route) => string)(route);
}
