import type { GasPrice } from "#app/ante/anteParts.js";
import type { PruningPolicy } from "#core/store/commitWriter.js";
import { type Endpoint, parseEndpoint } from "./endpoint.js";
import { parseGasPrices } from "./gasPrices.js";
import { SettingsReader } from "./settingsReader.js";

/** A door for clients. */
export interface DoorConfig {
  readonly enabled: boolean;
  readonly endpoint: Endpoint;
}

/** How a node runs: the content of `app.toml`. */
export interface AppConfig {
  /** Fees this node asks for. */
  readonly minGasPrices: readonly GasPrice[];
  /** Undefined keeps every version. */
  readonly pruning: PruningPolicy | undefined;
  /** The node stops once this height is committed; undefined for never. */
  readonly haltHeight: bigint | undefined;
  /** Attributes that CometBFT indexes, as `type.key`; empty for all. */
  readonly indexEvents: readonly string[];
  readonly query: {
    /** Threads that answer queries. */
    readonly workers: number;
    /** Longest time that one query may take, in milliseconds. */
    readonly timeoutMs: number;
  };
  /** Metrics and health. */
  readonly telemetry: DoorConfig;
  /** REST. */
  readonly api: DoorConfig & {
    /** Whether pages of any origin may ask. */
    readonly cors: boolean;
    readonly maxConnections: number;
    /** Longest time that a request may take to arrive, in milliseconds. */
    readonly readTimeoutMs: number;
    /** Longest time that a connection may be silent, in milliseconds. */
    readonly idleTimeoutMs: number;
    /** Largest body of a request. */
    readonly maxBodyBytes: number;
  };
  readonly grpc: DoorConfig & {
    /** Largest request and response. */
    readonly maxReceiveBytes: number;
    readonly maxSendBytes: number;
    readonly maxConnections: number;
    /** Calls under way on one connection. */
    readonly maxStreams: number;
    /** Longest time that a request may take to arrive, in milliseconds. */
    readonly readTimeoutMs: number;
  };
  /** Snapshots of the state for nodes that join. */
  readonly stateSync: {
    /** A snapshot is made at every multiple of so many blocks; undefined for never. */
    readonly interval: bigint | undefined;
    /** How many snapshots are kept; 0 for all. */
    readonly keepRecent: number;
  };
  readonly inference: {
    /** Whether this node runs kernels; a validator that does not declares itself unavailable. */
    readonly enabled: boolean;
    /** Sandbox processes; 0 for one less than there are processors. */
    readonly children: number;
    /** Memory of all sandbox processes together, in MiB; 0 for half of the machine's. */
    readonly memoryMib: number;
    /** Batches under way at most; what comes on top is declined. */
    readonly maxBatches: number;
    /** Whether kernels that name the native engine run here, where it is installed. */
    readonly native: boolean;
  };
}

/** The type of an event may have dots itself. */
const EVENT_ATTRIBUTE = /^[^.\s]+(\.[^.\s]+)+$/;

const ADVICE = "run `aivmd init` to create it";

/** Versions that stay readable: the SDK's policies of these names. */
const PRUNING: Readonly<Record<"default" | "nothing" | "everything", PruningPolicy | undefined>> = {
  default: { keepRecent: 362_880, interval: 10 },
  nothing: undefined,
  everything: { keepRecent: 2, interval: 10 },
};

/** Reads `app.toml`. Fails with `home/2` for a bad file and `home/3` for a bad setting. */
export function readAppConfig(path: string): AppConfig {
  const reader = SettingsReader.open(path, ADVICE);
  const config = {
    minGasPrices: readGasPrices(reader),
    pruning: readPruning(reader),
    haltHeight: readHaltHeight(reader),
    indexEvents: reader.texts("index-events", EVENT_ATTRIBUTE, "must be like message.sender"),
    query: {
      workers: reader.integer("query.workers", 1, { minimum: 1, maximum: 64 }),
      timeoutMs: reader.integer("query.timeout-ms", 10_000, { minimum: 100, maximum: 600_000 }),
    },
    telemetry: readDoor(reader, "telemetry", "127.0.0.1:9464"),
    api: readApi(reader),
    grpc: readGrpc(reader),
    stateSync: readStateSync(reader),
    inference: {
      enabled: reader.flag("inference.enable", true),
      children: reader.integer("inference.children", 0, { minimum: 0, maximum: 256 }),
      memoryMib: reader.integer("inference.memory-mib", 0, { minimum: 0, maximum: 1 << 24 }),
      maxBatches: reader.integer("inference.max-batches", 8, { minimum: 1, maximum: 64 }),
      native: reader.flag("inference.native", true),
    },
  };
  reader.refuseUnknown();
  return config;
}

function readGasPrices(reader: SettingsReader): readonly GasPrice[] {
  const setting = "minimum-gas-prices";
  const prices = parseGasPrices(reader.text(setting, ""));
  if (prices === undefined) throw reader.refusal(setting, "must be prices such as 0.001unes");
  return prices;
}

function readPruning(reader: SettingsReader): PruningPolicy | undefined {
  const choice = reader.choice("pruning", ["default", "nothing", "everything", "custom"]);
  const bounds = { minimum: 0, maximum: 1_000_000_000 };
  const keepRecent = reader.integer("pruning-keep-recent", 0, bounds);
  const interval = reader.integer("pruning-interval", 0, bounds);
  if (choice !== "custom") return PRUNING[choice];
  if (keepRecent < 2) throw reader.refusal("pruning-keep-recent", "must be at least 2");
  if (interval < 1) throw reader.refusal("pruning-interval", "must be at least 1");
  return { keepRecent, interval };
}

function readHaltHeight(reader: SettingsReader): bigint | undefined {
  const bounds = { minimum: 0, maximum: Number.MAX_SAFE_INTEGER };
  const height = reader.integer("halt-height", 0, bounds);
  return height === 0 ? undefined : BigInt(height);
}

function readDoor(reader: SettingsReader, section: string, fallback: string): DoorConfig {
  const enabled = reader.flag(`${section}.enable`, true);
  return { enabled, endpoint: readEndpoint(reader, section, fallback) };
}

/** A setting in seconds, as milliseconds. */
function readSeconds(reader: SettingsReader, setting: string, fallback: number): number {
  return 1_000 * reader.integer(setting, fallback, { minimum: 1, maximum: 3_600 });
}

function readApi(reader: SettingsReader): AppConfig["api"] {
  return {
    enabled: reader.flag("api.enable", false),
    endpoint: readEndpoint(reader, "api", "tcp://127.0.0.1:1317"),
    cors: reader.flag("api.enabled-unsafe-cors", false),
    maxConnections: reader.integer("api.max-open-connections", 1_000, BOUNDS.connections),
    readTimeoutMs: readSeconds(reader, "api.rpc-read-timeout", 10),
    idleTimeoutMs: readSeconds(reader, "api.rpc-idle-timeout", 60),
    maxBodyBytes: reader.integer("api.rpc-max-body-bytes", 1_000_000, BOUNDS.bytes),
  };
}

function readGrpc(reader: SettingsReader): AppConfig["grpc"] {
  const most = BOUNDS.bytes.maximum;
  return {
    ...readDoor(reader, "grpc", "127.0.0.1:9090"),
    maxReceiveBytes: reader.integer("grpc.max-recv-msg-size", 10_485_760, BOUNDS.bytes),
    maxSendBytes: reader.integer("grpc.max-send-msg-size", most, BOUNDS.bytes),
    maxConnections: reader.integer("grpc.max-open-connections", 1_000, BOUNDS.connections),
    maxStreams: reader.integer("grpc.max-concurrent-streams", 100, BOUNDS.streams),
    readTimeoutMs: readSeconds(reader, "grpc.rpc-read-timeout", 10),
  };
}

function readStateSync(reader: SettingsReader): AppConfig["stateSync"] {
  const interval = reader.integer("state-sync.snapshot-interval", 0, BOUNDS.blocks);
  return {
    interval: interval === 0 ? undefined : BigInt(interval),
    keepRecent: reader.integer("state-sync.snapshot-keep-recent", 2, BOUNDS.snapshots),
  };
}

const BOUNDS = {
  blocks: { minimum: 0, maximum: 1_000_000_000 },
  snapshots: { minimum: 0, maximum: 1_000 },
  connections: { minimum: 1, maximum: 1_000_000 },
  streams: { minimum: 1, maximum: 10_000 },
  bytes: { minimum: 1_024, maximum: 2_147_483_647 },
} as const;

function readEndpoint(reader: SettingsReader, section: string, fallback: string): Endpoint {
  const setting = `${section}.address`;
  const endpoint = parseEndpoint(reader.text(setting, fallback));
  if (endpoint === undefined)
    throw reader.refusal(setting, "must be an address such as 127.0.0.1:80");
  return endpoint;
}

/** `app.toml` of a new home. */
export const DEFAULT_APP_TOML = `# Settings of aivmd. A setting that is left out has the value that stands here.

# The least prices of gas for which this node takes transactions into its mempool,
# for example "0.001unes". Other validators may ask for more or less.
minimum-gas-prices = "0.001unes"

# Which versions of the state stay readable:
#   default     the last 362880, pruned every 10 blocks
#   nothing     all: an archive
#   everything  the last 2, pruned every 10 blocks
#   custom      as the two settings below have it
pruning = "default"

# With custom: how many of the last versions stay, at least 2, and every how many blocks the
# others go.
pruning-keep-recent = "0"
pruning-interval = "0"

# The height after whose commit the node stops; 0 for never.
halt-height = 0

# Attributes of events by which transactions and blocks can be searched, for example
# ["message.sender", "inference.requested.request_id"]; empty for all. Transactions can always be
# searched by hash and height. A validator that answers no searches saves much writing.
index-events = []

[query]

# Threads that answer queries, each with its own view of the state.
workers = 1

# Longest time that one query may take, in milliseconds.
timeout-ms = 10000

[telemetry]

# Prometheus metrics under /metrics and the node's health under /health.
enable = true
address = "127.0.0.1:9464"

[api]

# REST for wallets: the gateway of the Cosmos SDK, with its description under /openapi.json and a
# page to read it under /docs.
enable = false
address = "tcp://127.0.0.1:1317"

# Whether pages of any origin may ask.
enabled-unsafe-cors = false

# Connections at once; further ones are closed.
max-open-connections = 1000

# Seconds that a request may take to arrive, and that a connection may be silent.
rpc-read-timeout = 10
rpc-idle-timeout = 60

# Largest body of a request, in bytes.
rpc-max-body-bytes = 1000000

[grpc]

# gRPC in cleartext, with server reflection.
enable = true
address = "127.0.0.1:9090"

# Largest request and response, in bytes.
max-recv-msg-size = "10485760"
max-send-msg-size = "2147483647"

# Connections at once; further ones are closed. Calls under way on one of them.
max-open-connections = 1000
max-concurrent-streams = 100

# Seconds that a request may take to arrive.
rpc-read-timeout = 10

[state-sync]

# A snapshot of the state for nodes that join is made at every multiple of so many blocks; 0 for
# never. It is made beside the blocks and takes as much disk as the state.
snapshot-interval = 0

# How many snapshots are kept; 0 for all.
snapshot-keep-recent = 2

[inference]

# Whether this node runs kernels. A validator that does not declares itself unavailable: it is
# drawn into no committee and earns no inference fees.
enable = true

# Sandbox processes that run at once; 0 for one less than there are processors.
children = 0

# Memory that all sandbox processes may take together, in MiB; 0 for half of the machine's.
# A batch whose kernel needs more than one process' share is declined.
memory-mib = 0

# Batches under way at most; further ones are declined.
max-batches = 8

# Whether kernels that name the native engine run here, where its package is installed. Native code
# has what the process has: see "Processes" in docs/spec/sandbox.md. It takes one process more, of
# the same share of memory, while there is work for it.
native = true
`;
