// Services that pause until somebody answers: `gate` on an awakeable, `vote` on a workflow's promise.
import { createServer } from "node:http2";

// The library takes it for granted; Node has it from version 22 on.
Promise.withResolvers ??= () => {
  const parts = {};
  parts.promise = new Promise((resolve, reject) => Object.assign(parts, { resolve, reject }));
  return parts;
};
const { endpoint, handlers, object, workflow } = await import("@restatedev/restate-sdk");

const gate = object({
  name: "gate",
  handlers: {
    async ask(context, about) {
      const { id, promise } = context.awakeable();
      context.set("awakeable", id);
      return { about, answer: await promise };
    },
    // Answers while `ask` waits.
    awakeable: handlers.object.shared((context) => context.get("awakeable")),
  },
});

const vote = workflow({
  name: "vote",
  handlers: {
    async run(context, about) {
      return { about, answer: await context.promise("answer") };
    },
    async approve(context, answer) {
      await context.promise("answer").resolve(answer);
      return { ok: true };
    },
    async reject(context, { note }) {
      await context.promise("answer").reject(note);
      return { ok: true };
    },
  },
});

const handler = endpoint().bind(gate).bind(vote).http2Handler();
createServer(handler).listen(Number(process.env.GATE_PORT), "127.0.0.1");
