export { secp256k1PublicKey, signSecp256k1, verifySecp256k1 } from "#platform/secp256k1.js";
