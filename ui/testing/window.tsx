// The whole window on a desk in memory, used as a person uses it.

import { act, render, screen, within } from "@testing-library/react";
import { type UserEvent, userEvent } from "@testing-library/user-event";

import { App } from "../src/app/App";
import type { MemoryDesk } from "./desk";

export interface Opened {
  user: UserEvent;
  desk: MemoryDesk;
}

/** Opens the window and waits until there is an item to look at. */
export async function open(desk: MemoryDesk): Promise<Opened> {
  const opened = openAtOnce(desk);
  await screen.findByRole("heading", { level: 1 });
  return opened;
}

/** Opens the window on whatever is there. */
export function openAtOnce(desk: MemoryDesk): Opened {
  desk.connect();
  render(<App />);
  return { user: userEvent.setup(), desk };
}

/** The question that is looked at. */
export function question(): string | null {
  return screen.queryByRole("heading", { level: 1 })?.textContent ?? null;
}

/** The decision pane. */
export function decision() {
  return within(screen.getByTestId("decision"));
}

/** Presses a key as the window hears it, and looks at once: nothing that takes time has happened yet. */
export function pressNow(key: string): void {
  act(() => {
    window.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  });
}
