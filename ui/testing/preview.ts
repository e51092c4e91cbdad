// The window in a browser, on a desk in memory: `npx vite`, then /testing/preview.html. Not part of a build.
// `?empty`, `?failing` and `?rows=1000000` show the states that a full desk does not.

import type { Changed } from "../src/ipc/types.gen";
import { MemoryDesk, problem } from "./desk";
import { tickets, wholeOffice } from "./office";

const query = new URLSearchParams(location.search);
const rows = Number(query.get("rows"));
const desk = query.has("empty") ? new MemoryDesk() : rows > 0 ? tickets(8) : wholeOffice();
if (rows > 0) desk.waiting.set("tickets", Array.from({ length: rows }, (_, place) => place + 1));
if (query.has("failing")) for (let n = 0; n < 9; n++) desk.refuse("look_around", problem("fault", "Placet could not start: the ledger in /home/ada/.local/share/placet is open in another Placet (process 4711). Close that one first."));
desk.connect();

const answer = desk.ask.bind(desk);
desk.ask = async (verb, request) => {
  const answered = await answer(verb, request);
  const changed: Partial<Record<typeof verb, Changed>> = { decide: "items", undo: "items", skip: "items", flag: "items", retry: "deliveries", retry_all: "deliveries", confirm: "deliveries", withdraw: "deliveries", next: "items", save_profile: "setup", issue_token: "setup", rotate_key: "setup", retire_key: "setup", try_origin: "deliveries" };
  const news = changed[verb];
  if (news) setTimeout(() => void desk.announce(news), 20);
  return answered;
};

// The pictures of the digits queue, drawn here, for there is no shell to serve them.
const source = window.__TAURI_INTERNALS__ as { convertFileSrc: (id: string) => string };
source.convertFileSrc = (id) => {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 8;
  const pen = canvas.getContext("2d");
  for (let place = 0; pen && place < 64; place++) {
    const shade = (place * 37 + (id.charCodeAt(8) - 48) * 91) % 256;
    pen.fillStyle = `rgb(${shade} ${shade} ${shade})`;
    pen.fillRect(place % 8, Math.floor(place / 8), 1, 1);
  }
  return canvas.toDataURL();
};

void import("../src/main");

declare global {
  interface Window {
    __TAURI_INTERNALS__: unknown;
  }
}
