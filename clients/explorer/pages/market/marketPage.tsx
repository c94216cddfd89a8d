import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useRead } from "../../chain/useRead.js";
import { Notice } from "../../ui/notice.js";
import { ReadingView } from "../../ui/readingView.js";
import { KernelCard } from "./kernelCard.js";
import { fits, readMarket } from "./marketEntries.js";

const EVERY_MS = 10_000;

/** Every kernel that can be paid to run, with a search. */
export function MarketPage(): JSX.Element {
  const market = useRead("market", readMarket, { everyMs: EVERY_MS });
  const [wanted, setWanted] = useState("");
  return (
    <>
      <div class="page-head">
        <div>
          <h1>Kernels</h1>
          <p class="lead">
            Models that this chain runs for you. The price is known before you ask.
          </p>
        </div>
        <label class="filter">
          <span class="sr-only">Search kernels</span>
          <input
            type="search"
            placeholder="Name, author, licence, what it does"
            value={wanted}
            onInput={(event) => {
              setWanted(event.currentTarget.value);
            }}
          />
        </label>
      </div>
      <ReadingView reading={market} lines={6}>
        {(entries) => {
          const found = entries.filter((entry) => fits(entry, wanted));
          if (entries.length === 0) return <NoKernels />;
          if (found.length === 0) return <Notice>No kernel fits “{wanted}”.</Notice>;
          return (
            <ul class="kernel-grid">
              {found.map((entry) => (
                <KernelCard key={entry.kernel.name} entry={entry} />
              ))}
            </ul>
          );
        }}
      </ReadingView>
    </>
  );
}

function NoKernels(): JSX.Element {
  return (
    <Notice>
      Nobody has published a kernel on this chain yet. From the project’s folder:{" "}
      <code>aivmd kernel publish kernels/digits --from user</code>
    </Notice>
  );
}
