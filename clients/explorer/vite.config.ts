import { defineConfig } from "vite";

const conditions = ["aivm-source", "browser", "module", "import", "default"];

/** The site as static files in `dist/explorer`, which any web server can serve from any folder. */
export default defineConfig({
  root: import.meta.dirname,
  base: "./",
  resolve: { conditions },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "../../dist/explorer",
    emptyOutDir: true,
    target: "es2023",
    // The polyfill would be an inline script, which the content security policy refuses.
    modulePreload: { polyfill: false },
    // Every file is the site's own: nothing is inlined as data.
    assetsInlineLimit: 0,
  },
});
