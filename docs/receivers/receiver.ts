// Receives decisions from Placet: `npm install standardwebhooks`, then
//
//     PLACET_SECRET=whsec_... PORT=8000 npx tsx receiver.ts

import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { Webhook } from "standardwebhooks";

interface Answer {
  id: string;
  decision: { verdict: string; answer: unknown; note: string | null };
}

const webhook = new Webhook(process.env.PLACET_SECRET ?? "");

/** Deliveries that were heard. Keep them where your tasks are, and in the same transaction. */
const heard = new Set<string>();

/** Resume the task here. It is called once for each delivery. */
function resume(answer: Answer): void {
  console.log(answer.id, answer.decision.verdict);
}

/** RFC 9530. A header that is not there says nothing; what is signed is looked at below. */
function digestFits(header: string | undefined, body: Buffer): boolean {
  if (header === undefined) return true;
  const said = /sha-256=:([^:]*):/.exec(header);
  return said?.[1] === createHash("sha256").update(body).digest("base64");
}

/** The status to answer with. */
function hear(headers: Record<string, string>, body: Buffer): number {
  let answer: Answer;
  try {
    // Checks the signature, and that it was made within five minutes of now.
    answer = webhook.verify(body, headers) as Answer;
  } catch {
    return 401;
  }
  if (!digestFits(headers["content-digest"], body)) return 400;
  const delivery = headers["webhook-id"];
  if (!heard.has(delivery)) {
    heard.add(delivery);
    resume(answer);
  }
  return 204;
}

createServer((request, response) => {
  // The bytes as they came: JSON that is read and written again has another signature.
  const pieces: Buffer[] = [];
  request.on("data", (piece: Buffer) => pieces.push(piece));
  request.on("end", () => {
    const status = hear(request.headers as Record<string, string>, Buffer.concat(pieces));
    response.writeHead(status).end();
  });
}).listen(Number(process.env.PORT ?? "8000"), "127.0.0.1");
