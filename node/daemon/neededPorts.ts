import type { NeededPort } from "../comet/ports.js";
import type { AppConfig } from "../home/appConfig.js";
import { type CometConfig } from "../home/cometConfig.js";
import type { Endpoint } from "../home/endpoint.js";
import type { HomePaths } from "../home/homePaths.js";

/** Every address that a node listens on, with the setting to change when it is taken. */
export function neededPorts(
  home: HomePaths,
  app: AppConfig,
  comet: CometConfig | undefined,
): readonly NeededPort[] {
  const own = at(home.appConfig, [
    ["telemetry.address", enabled(app.telemetry)],
    ["grpc.address", enabled(app.grpc)],
    ["api.address", enabled(app.api)],
  ]);
  if (comet === undefined) return own;
  return [
    ...at(home.cometConfig, [
      ["p2p.laddr", comet.p2p],
      ["rpc.laddr", comet.rpc],
      ["instrumentation.prometheus_listen_addr", comet.metrics],
    ]),
    ...own,
  ];
}

function enabled(door: { readonly enabled: boolean; readonly endpoint: Endpoint }) {
  return door.enabled ? door.endpoint : undefined;
}

function at(
  path: string,
  ports: ReadonlyArray<readonly [setting: string, endpoint: Endpoint | undefined]>,
): readonly NeededPort[] {
  return ports.flatMap(([setting, endpoint]) =>
    endpoint === undefined ? [] : [{ endpoint, setting, path }],
  );
}
