import { render } from "preact";
import "./style/tokens.css";
import "./style/base.css";
import "./style/frame.css";
import "./style/parts.css";
import "./style/kernel.css";
import "./style/request.css";
import { App } from "./app/app.js";
import { chainOf } from "./chain/chainContext.js";
import { chooseEndpoint } from "./settings/endpoint.js";

/** What the site says about its chain; nothing when it has no such file. */
async function readSite(): Promise<unknown> {
  try {
    const response = await fetch("config.json");
    return response.ok ? await response.json() : {};
  } catch {
    return {};
  }
}

const root = document.getElementById("app");
if (root !== null) {
  const endpoint = chooseEndpoint(location, localStorage, await readSite());
  render(<App chain={chainOf(endpoint)} />, root);
}
