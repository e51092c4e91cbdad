/*
 * Checks the signatures of callbacks as a receiver would, with npm packages that were not written here. The argument is
 * the package.json beside which they are installed.
 *
 * Reads and writes what verify.py does; "check" is one of
 *
 *     {"webhook": "whsec_..."}     by standardwebhooks
 *     {"svix": "whsec_..."}        by svix
 *     {"jose": {"algorithm", "key": a public key as JWK or the shared secret, "audience"}}
 *                                  by jose; the token is in the Authorization header
 *     {"message": {"algorithm", "key": a public key as PEM or the shared secret}}
 *                                  by http-message-signatures
 */

import { createHash, createPublicKey, createSecretKey } from "node:crypto";
import { createRequire } from "node:module";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";

const { resolve } = createRequire(process.argv[2]);
const load = (name) => import(pathToFileURL(resolve(name)).href);
const [standardwebhooks, svix, jose, signatures] = await Promise.all(
  ["standardwebhooks", "svix", "jose", "http-message-signatures"].map(load),
);

function byWebhook(Webhook) {
  return ({ headers }, body, secret) => {
    try {
      new Webhook(secret).verify(body, headers);
    } catch (error) {
      // The signature is over the bytes and was checked by now; whether they are JSON is no matter here.
      if (!(error instanceof SyntaxError)) throw error;
    }
    return { id: headers["webhook-id"] };
  };
}

async function byJose({ headers }, body, { algorithm, key, audience }) {
  const imported = typeof key === "string" ? new TextEncoder().encode(key) : await jose.importJWK(key, algorithm);
  const token = headers.authorization.replace(/^Bearer /, "");
  const requiredClaims = ["aud", "exp", "iat", "jti"];
  const { payload, protectedHeader } = await jose.jwtVerify(token, imported, {
    algorithms: [algorithm],
    audience,
    requiredClaims,
  });
  if (payload.body_sha256 !== createHash("sha256").update(body).digest("hex")) {
    throw new Error("the token is of another body");
  }
  return { id: payload.jti, seconds: payload.exp - payload.iat, kid: protectedHeader.kid };
}

async function byMessage({ method, url, headers }, body, { algorithm, key }) {
  // This package leaves the digest to whoever uses it.
  if (headers["content-digest"] !== `sha-256=:${createHash("sha256").update(body).digest("base64")}:`) {
    throw new Error("the digest is of another body");
  }
  const imported = algorithm === "hmac-sha256" ? createSecretKey(Buffer.from(key)) : createPublicKey(key);
  let kid;
  const verified = await signatures.httpbis.verifyMessage(
    {
      keyLookup: async ({ keyid }) => {
        kid = keyid;
        return { id: keyid, algs: [algorithm], verify: signatures.createVerifier(imported, algorithm) };
      },
      requiredFields: ["@method", "@target-uri", "content-digest", "content-type", "webhook-id"],
      requiredParams: ["created", "keyid"],
      tolerance: 5,
    },
    { method, url, headers },
  );
  if (verified !== true) throw new Error("not verified");
  return { id: headers["webhook-id"], kid };
}

const ways = {
  webhook: byWebhook(standardwebhooks.Webhook),
  svix: byWebhook(svix.Webhook),
  jose: byJose,
  message: byMessage,
};

async function answer(request) {
  const [[way, check]] = Object.entries(request.check);
  try {
    return await ways[way](request, Buffer.from(request.body, "base64"), check);
  } catch (error) {
    // A receiver trusts nothing that it cannot make sense of.
    return { refused: String(error) };
  }
}

const answers = [];
for (const request of JSON.parse(await text(process.stdin))) answers.push(await answer(request));
process.stdout.write(JSON.stringify(answers));
