import type { JSX } from "preact";
import { useRead } from "../../chain/useRead.js";
import { Card } from "../../ui/card.js";
import { FailedPage } from "../../ui/failedPage.js";
import { AccountLink } from "../../ui/links.js";
import { Notice } from "../../ui/notice.js";
import { ReadingView } from "../../ui/readingView.js";
import { KernelFacts } from "./kernelFacts.js";
import { KernelHistory } from "./kernelHistory.js";
import { OwnerCard } from "./ownerCard.js";
import { readKernel } from "./readKernel.js";
import { ShadowCard } from "./shadowCard.js";
import { SchemaTable } from "./schemaTable.js";
import { TryIt } from "./tryIt.js";
import { VersionTable } from "./versionTable.js";

const EVERY_MS = 10_000;

/** A kernel: what it does, trying it, its schema, versions and latest requests. */
export function KernelPage({ name }: { readonly name: string }): JSX.Element {
  const reading = useRead(`kernel/${name}`, (rpc, signal) => readKernel(rpc, name, signal), {
    everyMs: EVERY_MS,
  });
  if (reading.state === "failed") return <FailedPage title={name} error={reading.error} />;
  return (
    <ReadingView reading={reading} lines={8}>
      {(state) => {
        const { kernel, versions, head } = state;
        return (
          <>
            <div class="page-head">
              <div>
                <h1>{kernel.name}</h1>
                <p class="lead">{head?.manifest.description}</p>
              </div>
              <p class="faint">
                by <AccountLink address={kernel.owner} />
              </p>
            </div>
            {head === undefined ? (
              <>
                <Notice tone="warn">No version of it is active, so it cannot be asked yet.</Notice>
                <OwnerCard state={state} />
              </>
            ) : (
              <>
                <TryIt name={kernel.name} manifest={head.manifest} />
                <div class="columns">
                  <div class="stack">
                    <Card title="Schema">
                      <SchemaTable manifest={head.manifest} />
                    </Card>
                    <OwnerCard state={state} />
                  </div>
                  <Card title="How it runs">
                    <KernelFacts kernel={kernel} version={head.version} manifest={head.manifest} />
                  </Card>
                </div>
              </>
            )}
            <Card title="Versions">
              <VersionTable versions={versions} headId={kernel.headVersionId} />
            </Card>
            <ShadowCard shadows={state.shadows} />
            <KernelHistory versionIds={versions.map(({ id }) => id)} />
          </>
        );
      }}
    </ReadingView>
  );
}
