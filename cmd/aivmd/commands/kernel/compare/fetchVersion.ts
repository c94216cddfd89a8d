import type { Session } from "../../../session.js";
import { rpcOf } from "../../query/connection.js";
import { download } from "../pull/pullCommand.js";
import { resolveVersion } from "../pull/resolveVersion.js";
import type { FetchVersion } from "./kernelView.js";

/** Downloads versions from the node of a session. */
export function fetchFrom(session: Session): FetchVersion {
  return async (text) => {
    const rpc = rpcOf(session);
    const resolved = await resolveVersion(rpc, text);
    const { artifacts } = await download(session, rpc, resolved);
    return { ...resolved, artifacts, parents: resolved.version.parents };
  };
}
