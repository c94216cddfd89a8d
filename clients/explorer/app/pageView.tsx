import type { JSX } from "preact";
import { AccountPage } from "../pages/account/accountPage.js";
import { BlockPage } from "../pages/block/blockPage.js";
import { KernelPage } from "../pages/kernel/kernelPage.js";
import { KeyPage } from "../pages/key/keyPage.js";
import { MarketPage } from "../pages/market/marketPage.js";
import { NetworkPage } from "../pages/network/networkPage.js";
import { OverviewPage } from "../pages/overview/overviewPage.js";
import { RequestPage } from "../pages/request/requestPage.js";
import { TxPage } from "../pages/tx/txPage.js";
import { ValidatorPage } from "../pages/validators/validatorPage.js";
import { ValidatorsPage } from "../pages/validators/validatorsPage.js";
import type { Route } from "../route/route.js";
import { UnknownPage } from "./unknownPage.js";

type Pages = {
  readonly [Page in Route["page"]]: (route: Extract<Route, { page: Page }>) => JSX.Element;
};

const PAGES: Pages = {
  overview: () => <OverviewPage />,
  market: () => <MarketPage />,
  validators: () => <ValidatorsPage />,
  network: () => <NetworkPage />,
  key: () => <KeyPage />,
  kernel: ({ name }) => <KernelPage name={name} />,
  request: ({ id }) => <RequestPage id={id} />,
  block: ({ height }) => <BlockPage height={height} />,
  tx: ({ hash }) => <TxPage hash={hash} />,
  account: ({ address }) => <AccountPage address={address} />,
  validator: ({ operator }) => <ValidatorPage operator={operator} />,
  unknown: ({ path }) => <UnknownPage path={path} />,
};

/** The page of a route. */
export function PageView({ route }: { readonly route: Route }): JSX.Element {
  // The page picks the view of its own kind of route, which TypeScript cannot follow.
  return (PAGES[route.page] as (route: Route) => JSX.Element)(route);
}
