// Makes a key pair for each way in which tokens are encrypted for one reader: private JSON Web Keys on standard output.
import { generateKeyPairSync } from "node:crypto";

const ways = [["ec", { namedCurve: "P-256" }, "ECDH-ES"], ["x25519", {}, "ECDH-ES"], ["rsa", { modulusLength: 2048 }, "RSA-OAEP-256"]];
const made = ways.map(([kind, options, alg]) => ({ ...generateKeyPairSync(kind, options).privateKey.export({ format: "jwk" }), alg }));
console.log(JSON.stringify(made));
