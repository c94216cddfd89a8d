import type { JSX } from "preact";
import { formatUnes } from "../../format/amount.js";
import { hrefOf } from "../../route/route.js";
import { typeText } from "../../schema/inputForm.js";
import { AccountLink } from "../../ui/links.js";
import { authorPrice } from "../kernel/authorPrice.js";
import type { MarketEntry } from "./marketEntries.js";

/** One kernel of the market. */
export function KernelCard({ entry }: { readonly entry: MarketEntry }): JSX.Element {
  const { kernel, head } = entry;
  const href = hrefOf({ page: "kernel", name: kernel.name });
  return (
    <li class="kernel-card">
      <header>
        <h2>
          <a href={href}>{kernel.name}</a>
        </h2>
      </header>
      {head === undefined ? (
        <p>No version of it is active yet.</p>
      ) : (
        <>
          <p>{head.manifest.description}</p>
          <p class="schema">
            {head.manifest.inputs.map((field) => `${field.name} ${typeText(field)}`).join(", ")}
            <span aria-label="gives"> → </span>
            {head.manifest.outputs.map(({ name }) => name).join(", ")}
          </p>
          <dl>
            <div>
              <dt>Author’s price</dt>
              <dd>{formatUnes(authorPrice(kernel, head.manifest))}</dd>
            </div>
            <div>
              <dt>Succeeds</dt>
              <dd>{rateOf(entry)}</dd>
            </div>
            <div>
              <dt>Answers after</dt>
              <dd>{entry.answerBlocks === undefined ? "–" : `${entry.answerBlocks} blocks`}</dd>
            </div>
            <div>
              <dt>Versions</dt>
              <dd>{kernel.versionCount.toString()}</dd>
            </div>
            <div>
              <dt>Licence</dt>
              <dd>{head.manifest.license}</dd>
            </div>
            <div>
              <dt>Owner</dt>
              <dd>
                <AccountLink address={kernel.owner} />
              </dd>
            </div>
          </dl>
        </>
      )}
    </li>
  );
}

function rateOf({ ended, fulfilled }: MarketEntry): string {
  return ended === 0 ? "not asked yet" : `${fulfilled} of the last ${ended}`;
}
