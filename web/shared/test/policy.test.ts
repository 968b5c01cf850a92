import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";

const web = resolve(__dirname, "../..");
const templates = resolve(web, "../src/wangge");

function files(folder: string, ending: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (["node_modules", "dist", "test"].includes(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? files(path, ending) : path.endsWith(ending) ? [path] : [];
  });
}

const sources = files(web, ".ts").map((path) => readFileSync(path, "utf8"));
const page = readFileSync(join(templates, "project/templates/parts/texts.html"), "utf8");
const offered = new Set([...page.matchAll(/^"([\w.]+)":/gm)].map(([, key]) => key ?? ""));

test("the page carries exactly the texts the islands ask for", () => {
  const asked = new Set(sources.flatMap((source) => [...source.matchAll(/["'`]([a-z]+(?:\.[a-z]+)+|dismiss)["'`]/g)].map(([, key]) => key ?? "")));
  const groups = new Set([...offered].map((key) => key.split(".")[0]));
  expect([...asked].filter((key) => groups.has(key.split(".")[0]) && !offered.has(key))).toEqual([]);
  expect([...offered].filter((key) => !asked.has(key))).toEqual([]);
});

test("no text for readers stands in TypeScript", () => {
  for (const source of sources) expect(source.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "")).not.toMatch(/[\u4e00-\u9fff]/);
});

const pages = files(templates, ".html");

test.each(pages.map((path) => [path.slice(templates.length + 1), path]))("%s keeps to the policy", (_, path) => {
  const html = readFileSync(path ?? "", "utf8");
  expect(html).not.toMatch(/\sstyle=/);
  expect(html).not.toMatch(/<style/);
  expect(html).not.toMatch(/\son[a-z]+=["']/);
  expect(html).not.toMatch(/hx-on/);
  expect(html).not.toMatch(/<script(?![^>]*type="application\/json")/);
});

test("the sprite has every icon that is asked for", () => {
  const sprite = readFileSync(join(templates, "project/templates/parts/icons.html"), "utf8");
  const drawn = new Set([...sprite.matchAll(/id="i-([\w-]+)"/g)].map(([, name]) => name));
  const asked = pages.flatMap((path) => [...readFileSync(path, "utf8").matchAll(/icon\.html" with name="(\w[\w-]*)"/g)].map(([, name]) => name));
  expect(asked.filter((name) => !drawn.has(name))).toEqual([]);
});

const lock = readFileSync(join(web, "package-lock.json"), "utf8");

test("the lock file names no host to download from", () => expect(lock).not.toMatch(/"resolved"/));

test("the lock file is whole: every optional build of another platform is in it, or npm ci refuses", () => {
  const { packages } = JSON.parse(lock) as { packages: Record<string, { version?: string; optionalDependencies?: Record<string, string> }> };
  const wanted = Object.values(packages).flatMap(({ optionalDependencies }) => Object.keys(optionalDependencies ?? {}));
  expect(wanted.filter((name) => !packages[`node_modules/${name}`]?.version)).toEqual([]);
});
