/** Style of the page; the policy of the page names its digest. */
export const DOCS_STYLE = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 60rem; overflow-wrap: anywhere; padding: 1rem; }
h1 { margin-bottom: 0; }
h2 { border-bottom: 1px solid; font: 600 1rem/2 ui-monospace, monospace; margin-top: 2rem; }
input { box-sizing: border-box; font: inherit; padding: 0.3rem 0.5rem; width: 100%; }
details { border-bottom: 1px solid #8884; }
summary { cursor: pointer; font-family: ui-monospace, monospace; padding: 0.4rem 0; }
summary b { display: inline-block; min-width: 3rem; }
summary span { opacity: 0.7; }
label { display: grid; gap: 0.5rem; grid-template-columns: 16rem minmax(0, 1fr); margin: 0.3rem 0; }
pre { background: #8882; max-height: 30rem; overflow: auto; padding: 0.6rem; white-space: pre-wrap; }
textarea { box-sizing: border-box; font: 0.9rem ui-monospace, monospace; width: 100%; }
button { font: inherit; margin: 0.4rem 0; padding: 0.3rem 1rem; }
@media (max-width: 40rem) { label { grid-template-columns: minmax(0, 1fr); } }
`;

/**
 * Script of the page: builds it from `/openapi.json`, with text alone and nothing from elsewhere.
 */
export const DOCS_SCRIPT = `
"use strict";
const make = (name, text, parent) => {
  const node = document.createElement(name);
  if (text) node.textContent = text;
  if (parent) parent.append(node);
  return node;
};
const show = (schema, all, depth) => {
  if (schema.$ref) {
    const found = all[schema.$ref.split("/").pop()];
    return depth > 3 ? {} : show(found, all, depth + 1);
  }
  if (schema.allOf) return show(schema.allOf[0], all, depth);
  if (schema.type === "array") return [show(schema.items, all, depth)];
  if (schema.type === "object") {
    const entries = Object.entries(schema.properties || {});
    return Object.fromEntries(entries.map(([key, value]) => [key, show(value, all, depth)]));
  }
  if (schema.enum) return schema.enum.join(" | ");
  return schema.format || schema.type;
};
const schemaOf = (content) => content["application/json"].schema;
const form = (path, verb, operation, all, parent) => {
  const inputs = [];
  for (const parameter of operation.parameters) {
    if (parameter.$ref) continue;
    const label = make("label", "", parent);
    make("code", parameter.name + (parameter.required ? " *" : ""), label);
    const input = make("input", "", label);
    input.placeholder = show(parameter.schema, all, 0).toString();
    inputs.push([parameter, input]);
  }
  let body;
  if (operation.requestBody) {
    body = make("textarea", "", parent);
    body.rows = 6;
    body.value = JSON.stringify(show(schemaOf(operation.requestBody.content), all, 0), null, 2);
    body.setAttribute("aria-label", "body");
  }
  const button = make("button", "Ask", parent);
  const answer = make("pre", "", parent);
  answer.textContent = JSON.stringify(show(schemaOf(operation.responses[200].content), all, 0), null, 2);
  button.addEventListener("click", async () => {
    let url = path;
    const query = new URLSearchParams();
    for (const [parameter, { value }] of inputs) {
      if (parameter.in === "path") url = url.replace("{" + parameter.name + "}", encodeURIComponent(value));
      else if (value !== "") query.append(parameter.name, value);
    }
    const text = query.toString();
    const options = body ? { method: verb.toUpperCase(), body: body.value } : {};
    try {
      const response = await fetch(url + (text && "?" + text), options);
      answer.textContent = response.status + "\\n" + JSON.stringify(await response.json(), null, 2);
    } catch (error) {
      answer.textContent = String(error);
    }
  });
};
const build = async () => {
  const api = await (await fetch("/openapi.json")).json();
  make("h1", api.info.title + " " + api.info.version, document.body);
  make("p", api.info.description, document.body);
  const filter = make("input", "", document.body);
  filter.placeholder = "Find a route";
  filter.setAttribute("aria-label", "Find a route");
  const sections = new Map();
  const entries = [];
  for (const [path, verbs] of Object.entries(api.paths)) {
    for (const [verb, operation] of Object.entries(verbs)) {
      const [tag] = operation.tags;
      if (!sections.has(tag)) {
        const section = make("section", "", document.body);
        make("h2", tag, section);
        sections.set(tag, section);
      }
      const details = make("details", "", sections.get(tag));
      const summary = make("summary", "", details);
      make("b", verb.toUpperCase(), summary);
      summary.append(" " + path + " ");
      make("span", operation.summary, summary);
      details.addEventListener("toggle", () => {
        if (details.open && details.children.length === 1) {
          if (operation.description) make("p", operation.description, details);
          form(path, verb, operation, api.components.schemas, details);
        }
      });
      entries.push([details, (path + " " + operation.operationId).toLowerCase()]);
    }
  }
  filter.addEventListener("input", () => {
    const wanted = filter.value.toLowerCase();
    for (const [details, text] of entries) details.hidden = !text.includes(wanted);
    for (const section of sections.values()) {
      section.hidden = !section.querySelector("details:not([hidden])");
    }
  });
};
build().catch((error) => make("pre", String(error), document.body));
`;

/** The page to read `/openapi.json` by, complete in itself. */
export const DOCS_HTML = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>AIVM REST</title>
<style>${DOCS_STYLE}</style>
</head>
<body>
<script>${DOCS_SCRIPT}</script>
</body>
</html>
`;
