import type { JSX } from "preact";
import { toHex } from "#sdk/index.js";
import { useRead } from "../chain/useRead.js";
import { rememberedVersion } from "../chain/versionNames.js";
import { Hex, PageLink } from "./links.js";

/** A kernel version as people know it: `digits v1`; the beginning of its id until that is read. */
export function VersionName({ id }: { readonly id: Uint8Array }): JSX.Element {
  const hex = toHex(id);
  const reading = useRead(`version/${hex}`, (rpc) => rememberedVersion(rpc, id));
  if (reading.state !== "ready") return <Hex hex={hex} head={8} />;
  const { manifest, version } = reading.value;
  return (
    <PageLink to={{ page: "kernel", name: manifest.name }} title={hex}>
      {manifest.name} <span class="faint">v{version.number.toString()}</span>
    </PageLink>
  );
}
