// What jsdom lacks, and a clean slate for each test.

import "@testing-library/jest-dom/vitest";

import { clearMocks } from "@tauri-apps/api/mocks";
import { cleanup } from "@testing-library/react";
import { afterEach } from "vitest";

/** jsdom lays nothing out: every box is as tall as the window's list would be. */
const VIEW_PX = 720;

Object.defineProperty(HTMLElement.prototype, "clientHeight", { configurable: true, get: () => VIEW_PX });
globalThis.ResizeObserver = class {
  observe = () => undefined;
  unobserve = () => undefined;
  disconnect = () => undefined;
};
window.matchMedia = (query) => ({
  matches: false,
  media: query,
  onchange: null,
  addListener: () => undefined,
  removeListener: () => undefined,
  addEventListener: () => undefined,
  removeEventListener: () => undefined,
  dispatchEvent: () => false,
});
Element.prototype.scrollIntoView = () => undefined;

afterEach(() => {
  cleanup();
  clearMocks();
  localStorage.clear();
});
