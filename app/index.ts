export { App, type AppParts } from "./app.js";
export { wire, type Wiring, type WiringParts } from "./wiring.js";
