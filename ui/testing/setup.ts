// What jsdom lacks, and a clean slate for each test.

import "@testing-library/jest-dom/vitest";

import { clearMocks } from "@tauri-apps/api/mocks";
import { cleanup, configure } from "@testing-library/react";
import { afterEach } from "vitest";

// As for the tests' own limit: what is waited for comes, however slow the machine is.
configure({ asyncUtilTimeout: 10_000 });

/** jsdom lays nothing out: every box is as tall as the window's list would be. */
const VIEW_PX = 720;

Object.defineProperty(HTMLElement.prototype, "clientHeight", { configurable: true, get: () => VIEW_PX });
globalThis.ResizeObserver = class {
  observe = () => undefined;
  unobserve = () => undefined;
  disconnect = () => undefined;
};
// Only the shape that is asked for: nobody here listens to the system's colours.
window.matchMedia = (media) =>
  ({ matches: false, media, addEventListener: () => undefined, removeEventListener: () => undefined }) as unknown as MediaQueryList;
// As index.html has them.
document.title = "Placet";
document.documentElement.lang = "en";
Element.prototype.scrollIntoView = () => undefined;

afterEach(async () => {
  cleanup();
  // The window stops listening a moment after it is gone; the shell is there until then.
  await new Promise((resolve) => setImmediate(resolve));
  clearMocks();
  localStorage.clear();
});
