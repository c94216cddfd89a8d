export { ed25519PublicKey, signEd25519, verifyEd25519 } from "#platform/ed25519.js";
