import type { JSX } from "preact";
import { hrefOf, type Route } from "../route/route.js";
import { SearchBox } from "./searchBox.js";

const SECTIONS = [
  { label: "Overview", route: { page: "overview" }, pages: ["overview", "block", "tx"] },
  { label: "Kernels", route: { page: "market" }, pages: ["market", "kernel", "request"] },
  { label: "Validators", route: { page: "validators" }, pages: ["validators", "validator"] },
  { label: "Network", route: { page: "network" }, pages: ["network"] },
  { label: "Test key", route: { page: "key" }, pages: ["key"] },
] as const satisfies ReadonlyArray<{ label: string; route: Route; pages: readonly string[] }>;

/** The top of every page: where one is, where one can go, and the search. */
export function Header({ route }: { readonly route: Route }): JSX.Element {
  return (
    <header class="top">
      <div class="top-inner">
        <a class="brand" href="#/">
          <img src="./icon.svg" alt="" width="24" height="24" />
          <span>AIVM</span>
        </a>
        <nav aria-label="sections">
          {SECTIONS.map((section) => (
            <a
              key={section.label}
              href={hrefOf(section.route)}
              aria-current={isWithin(section.pages, route) ? "page" : undefined}
            >
              {section.label}
            </a>
          ))}
        </nav>
        <SearchBox />
      </div>
    </header>
  );
}

function isWithin(pages: readonly string[], { page }: Route): boolean {
  return pages.includes(page);
}
