import { resolve } from "node:path";
import { defineConfig } from "vitest/config";

const entry = (name: string): string => resolve(__dirname, name, "main.ts");

export default defineConfig({
  root: __dirname,
  base: "/static/",
  build: {
    outDir: "dist",
    emptyOutDir: true,
    manifest: "manifest.json",
    modulePreload: { polyfill: false }, // the polyfill would be an inline script, which our policy refuses
    assetsInlineLimit: 0,
    target: "es2022",
    chunkSizeWarningLimit: 1200, // the map library, loaded only where a map is
    rollupOptions: { input: [entry("console"), entry("resident"), entry("terminal")] },
  },
  test: { environment: "jsdom", include: ["**/*.test.ts"], exclude: ["node_modules", "dist"] },
});
