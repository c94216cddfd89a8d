import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { hrefOf } from "../route/route.js";
import { searchRoute } from "../route/searchRoute.js";

/** Finds anything by what identifies it; `/` leads here from anywhere. */
export function SearchBox(): JSX.Element {
  const [problem, setProblem] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => focusOnSlash(() => input.current?.focus()), []);
  const search = (event: Event): void => {
    event.preventDefault();
    const route = searchRoute(input.current?.value ?? "");
    setProblem(route === undefined);
    if (route === undefined) return;
    location.hash = hrefOf(route);
    if (input.current !== null) input.current.value = "";
  };
  return (
    <form class="search" role="search" onSubmit={search}>
      <input
        ref={input}
        type="search"
        aria-label="Search: height, transaction, address, request, kernel"
        placeholder="Height, hash, address, r7, kernel"
        autocomplete="off"
        spellcheck={false}
        aria-invalid={problem}
        onInput={() => {
          setProblem(false);
        }}
      />
      {problem && (
        <p class="search-problem" role="alert">
          Type a height, a hash of 64 hex digits, an address, a request such as r7, or a kernel’s
          name.
        </p>
      )}
    </form>
  );
}

function focusOnSlash(focus: () => void): () => void {
  const onKey = (event: KeyboardEvent): void => {
    const { target } = event;
    const isTyping =
      target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
    if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    focus();
  };
  addEventListener("keydown", onKey);
  return () => {
    removeEventListener("keydown", onKey);
  };
}
