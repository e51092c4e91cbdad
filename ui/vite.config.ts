import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [react()],
  build: {
    // What WebKitGTK 2.40, WKWebView 16 and WebView2 all run.
    target: ["es2022", "safari16", "chrome110"],
    // The window's policy lets nothing run that stands in the page itself.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
  },
  test: {
    environment: "jsdom",
    setupFiles: ["testing/setup.ts"],
    include: ["src/**/*.test.{ts,tsx}"],
    css: false,
    // A machine that builds something else at the same time may be ten times as slow.
    testTimeout: 30_000,
    restoreMocks: true,
  },
});
