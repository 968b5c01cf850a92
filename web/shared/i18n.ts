/** Texts come from the page (`<script type="application/json" id="texts">`, written by Django); none stand in TypeScript. */

let texts: Record<string, string> | undefined;

function load(): Record<string, string> {
  const block = document.getElementById("texts");
  try {
    return JSON.parse(block?.textContent ?? "{}") as Record<string, string>;
  } catch {
    return {};
  }
}

/** The text of a key, with `{name}` filled in. A missing text shows its key, so that it is noticed. */
export function t(key: string, values: Record<string, string | number> = {}): string {
  texts ??= load();
  const text = texts[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** For tests. */
export function useTexts(given: Record<string, string>): void {
  texts = given;
}

export const language = (): string => document.documentElement.lang || "zh-Hans";
