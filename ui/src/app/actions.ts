// What can be done anywhere in the window.

import type { Action } from "../actions/action";
import { all } from "../deliveries/filter";
import type { Room } from "./rooms";

export interface AtFrame {
  room: Room;
  go: (room: Room) => void;
  openPalette: () => void;
  toggleSheet: () => void;
  toggleTheme: () => void;
}

const group = "Window";
const always = () => true;

export const palette: Action<AtFrame> = { name: "palette", keys: ["Ctrl+k"], label: "Search actions", group, inFields: true, isEnabled: always, run: ({ openPalette }) => openPalette() };
export const sheet: Action<AtFrame> = { name: "sheet", keys: ["?"], label: "Show all keys", group, isEnabled: always, run: ({ toggleSheet }) => toggleSheet() };
export const theme: Action<AtFrame> = { name: "theme", keys: ["t"], label: "Light or dark", group, isEnabled: always, run: ({ toggleTheme }) => toggleTheme() };
export const inbox: Action<AtFrame> = {
  name: "go-inbox",
  keys: ["Ctrl+1"],
  label: "Go to the inbox",
  group,
  inFields: true,
  isEnabled: ({ room }) => room.name !== "inbox",
  run: ({ go }) => go({ name: "inbox" }),
};
export const deliveries: Action<AtFrame> = {
  name: "go-deliveries",
  keys: ["Ctrl+2"],
  label: "Go to deliveries",
  group,
  inFields: true,
  isEnabled: ({ room }) => room.name !== "deliveries",
  run: ({ go }) => go({ name: "deliveries", filter: all("all") }),
};
export const engines: Action<AtFrame> = {
  name: "go-engines",
  keys: ["Ctrl+3"],
  label: "Go to engines",
  group,
  inFields: true,
  isEnabled: ({ room }) => room.name !== "engines",
  run: ({ go }) => go({ name: "engines" }),
};
export const needsYou: Action<AtFrame> = {
  name: "go-needs-you",
  keys: ["!"],
  label: "Go to deliveries that need you",
  group,
  isEnabled: always,
  run: ({ go }) => go({ name: "deliveries", filter: all("needs-you") }),
};

export const FRAME_ACTIONS: readonly Action<AtFrame>[] = [palette, sheet, inbox, deliveries, engines, needsYou, theme];
