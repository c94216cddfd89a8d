import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useChain } from "../chain/chainContext.js";
import { FeedBadge } from "../live/feedBadge.js";
import { isHttpUrl, rememberRpc } from "../settings/endpoint.js";

/** The foot of every page: which node is asked, and how to ask another one. */
export function Footer(): JSX.Element {
  const { endpoint } = useChain();
  const [rpc, setRpc] = useState(endpoint.rpc);
  const change = (event: Event): void => {
    event.preventDefault();
    if (!isHttpUrl(rpc)) return;
    rememberRpc(localStorage, rpc);
    location.assign(`${location.pathname}${location.hash}`);
  };
  return (
    <footer class="foot">
      <form class="foot-inner" onSubmit={change}>
        <label for="rpc">This page asks the node at</label>
        <input
          id="rpc"
          type="url"
          value={rpc}
          spellcheck={false}
          onInput={(event) => {
            setRpc(event.currentTarget.value);
          }}
        />
        <button type="submit" class="quiet" disabled={rpc === endpoint.rpc || !isHttpUrl(rpc)}>
          Ask this one
        </button>
        <span class="faint">and nobody else.</span>
        <FeedBadge />
      </form>
    </footer>
  );
}
