import type { GrpcDoorOptions } from "../grpc/grpcDoor.js";
import type { QueryWorkerData } from "../query/messages.js";
import type { RestDoorOptions } from "../rest/restDoor.js";

/** How the doors stand open; a door that is undefined stays shut. */
export interface DoorsWorkerData {
  readonly state: QueryWorkerData;
  readonly queries: {
    readonly threads: number;
    /** Longest time that one query may take, in milliseconds. */
    readonly timeoutMs: number;
  };
  readonly grpc: GrpcDoorOptions | undefined;
  readonly rest: RestDoorOptions | undefined;
  /** Compiled query worker; this package's unless given. */
  readonly queryEntry?: string;
}

/** Calls that a door has answered or failed since the last report. */
export interface DoorCounts {
  readonly answered: number;
  readonly failed: number;
}

/** What the thread of the doors tells. */
export type DoorsReply =
  | { readonly kind: "open"; readonly ports: DoorPorts }
  /** It could not open; the thread ends. */
  | { readonly kind: "failed"; readonly message: string }
  | { readonly kind: "counted"; readonly counts: DoorCounts }
  /** A thread of it ended that nobody had asked to. */
  | { readonly kind: "threadEnded"; readonly reason: string };

/** Ports that the doors listen on. */
export interface DoorPorts {
  readonly grpc: number | undefined;
  readonly rest: number | undefined;
}
