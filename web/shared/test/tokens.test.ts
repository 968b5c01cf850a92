import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";

const css = readFileSync(resolve(__dirname, "../tokens.css"), "utf8");

function block(selector: string): Map<string, string> {
  const at = css.indexOf(`${selector} {`);
  const body = css.slice(css.indexOf("{", at) + 1, css.indexOf("}", at));
  return new Map([...body.matchAll(/(--[\w-]+):\s*([^;]+);/g)].map(([, name, value]) => [name ?? "", value ?? ""]));
}

const themes = { light: block(':root[data-theme="light"]'), dark: block(':root[data-theme="dark"]') };

function luminance(hex: string): number {
  const parts = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255);
  const [r = 0, g = 0, b = 0] = parts.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
  const [high = 0, low = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

const GROUNDS = ["--paper", "--surface", "--sunk", "--hover"];
const pairs = (inks: string[], grounds: string[]): [string, string][] => inks.flatMap((ink) => grounds.map((ground): [string, string] => [ink, ground]));
const TEXT: [string, string][] = [
  ...pairs(["--ink", "--ink-2", "--ink-3"], GROUNDS),
  ...pairs(["--accent", "--accent-strong", "--red"], ["--paper", "--surface", "--hover"]),
  ...pairs(["--ink", "--ink-2", "--ink-3", "--accent-strong"], ["--accent-wash"]),
  ["--on-accent", "--accent"],
  ["--on-accent", "--accent-strong"],
  ["--ink-2", "--grey-wash"],
  ["--red", "--red-wash"],
  ["--map-label", "--map-land"],
];
const SHAPES: [string, string][] = [
  ...pairs(["--green", "--yellow", "--red", "--grey", "--control-line", "--focus"], ["--paper", "--surface", "--accent-wash", "--map-land"]),
];

describe.each(Object.entries(themes))("%s", (_, theme) => {
  test.each(TEXT)("text %s on %s has 4.5:1", (ink, ground) => {
    expect(contrast(theme.get(ink) ?? "", theme.get(ground) ?? "")).toBeGreaterThanOrEqual(4.5);
  });
  test.each(SHAPES)("shape %s on %s has 3:1", (ink, ground) => {
    expect(contrast(theme.get(ink) ?? "", theme.get(ground) ?? "")).toBeGreaterThanOrEqual(3);
  });
});

test("a device that asks for dark gets the dark that one can choose", () => {
  expect([...block(":root:not([data-theme])")]).toEqual([...themes.dark]);
});

test("both themes say the same tokens", () => {
  expect([...themes.light.keys()]).toEqual([...themes.dark.keys()]);
});
