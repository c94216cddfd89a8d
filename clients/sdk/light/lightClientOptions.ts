import type { LightOptions } from "#core/comet/lightClient.js";
import { NS_PER_SECOND } from "#core/primitives/units.js";
import { systemClock, type Clock } from "../clock.js";
import type { RpcTransport } from "../rpc/transport.js";

/** Where headers come from and how they are judged. */
export interface LightClientOptions {
  readonly primary: RpcTransport;
  /** An endpoint of somebody else: its header of a verified height must be the same one. */
  readonly witness?: RpcTransport | undefined;
  /**
   * Seconds for which a header is trusted, counted from its time. Less than the chain's unbonding
   * period; 14 days unless given.
   */
  readonly trustingPeriodSeconds?: number | undefined;
  /** Seconds that a header's time may be ahead of this machine's clock; 10 unless given. */
  readonly maxClockDriftSeconds?: number | undefined;
  readonly clock?: Clock | undefined;
}

const TRUSTING_PERIOD_SECONDS = 14 * 86_400;
const MAX_CLOCK_DRIFT_SECONDS = 10;
/** CometBFT's default: more than that has an honest validator among it. */
const TRUST_LEVEL = { numerator: 1n, denominator: 3n } as const;

/** How headers are judged at this moment. */
export function lightOptions(options: LightClientOptions): LightOptions {
  const { clock = systemClock } = options;
  const period = options.trustingPeriodSeconds ?? TRUSTING_PERIOD_SECONDS;
  const drift = options.maxClockDriftSeconds ?? MAX_CLOCK_DRIFT_SECONDS;
  return {
    nowNs: clock.nowNs(),
    trustingPeriodNs: BigInt(period) * NS_PER_SECOND,
    maxClockDriftNs: BigInt(drift) * NS_PER_SECOND,
    trustLevel: TRUST_LEVEL,
  };
}
