/** Ports that one node listens on. */
export interface NodePorts {
  readonly p2p: number;
  readonly rpc: number;
  /** Metrics of CometBFT. */
  readonly cometMetrics: number;
  /** Metrics and health of aivmd. */
  readonly telemetry: number;
  readonly grpc: number;
  readonly rest: number;
}

/** Ports of CometBFT come in a row, so nodes are ten apart. */
const COMET_STRIDE = 10;

/** Ports of the node `index`, from 0, of a local network: node 0 has those that everybody knows. */
export function localPorts(index: number): NodePorts {
  return {
    p2p: 26_656 + COMET_STRIDE * index,
    rpc: 26_657 + COMET_STRIDE * index,
    cometMetrics: 26_660 + COMET_STRIDE * index,
    telemetry: 9_464 + index,
    grpc: 9_090 + index,
    rest: 1_317 + index,
  };
}
