import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { draft, isKept } from "../draft";
import { t, useTexts } from "../i18n";
import { island, scan } from "../islands";
import { keyList, startKeys } from "../keys";
import { placeInSight, showCurrentTabs } from "../tabs";
import { wait } from "../live";
import { idOf, inWords, withIds } from "../map/features";

beforeEach(() => {
  useTexts({});
  localStorage.clear();
  HTMLElement.prototype.getClientRects = () => [1] as unknown as DOMRectList; // jsdom lays nothing out
  HTMLElement.prototype.scrollIntoView = () => undefined;
});
afterEach(() => vi.useRealTimers());

function press(key: string, on: Element = document.body, more: KeyboardEventInit = {}): void {
  on.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }));
}

startKeys();

test("texts are filled in and missing ones show their key", () => {
  useTexts({ "map.places": "{count} places" });
  expect(t("map.places", { count: 3 })).toBe("3 places");
  expect(t("no.such")).toBe("no.such");
});

test("a key presses its button, but not while somebody types", () => {
  document.body.innerHTML = '<button data-key="a">Accept <kbd>A</kbd></button><input id="i">';
  const pressed = vi.fn();
  document.querySelector("button")?.addEventListener("click", pressed);
  press("a");
  press("a", document.querySelector("#i") as Element);
  expect(pressed).toHaveBeenCalledTimes(1);
});

test("ctrl and enter work while typing; a button that is off does not answer", () => {
  document.body.innerHTML = '<textarea></textarea><button data-key="ctrl+enter">Send</button><button data-key="x" disabled>X</button>';
  const pressed = vi.fn();
  document.body.querySelectorAll("button").forEach((button) => button.addEventListener("click", pressed));
  press("Enter", document.querySelector("textarea") as Element, { ctrlKey: true });
  press("x");
  expect(pressed).toHaveBeenCalledTimes(1);
});

test("the list of keys is what the page offers, in its own words", () => {
  document.body.innerHTML = '<a href="#" data-key="n">New <kbd>N</kbd></a><label for="q">Find</label><input id="q" data-key="/"><ul data-rows></ul>';
  expect(keyList()).toEqual([["n", "New"], ["/", "Find"], ["J / K", "keys.move"], ["Enter", "keys.open"], ["?", "keys.help"]]); // prettier-ignore
});

test("a row key acts on the row that has the focus, and is among the keys once", () => {
  const row = (n: number): string => `<li><a href="#${n}">${n}</a><button data-row-key="x" data-key-label="Take out">${n}</button></li>`;
  document.body.innerHTML = `<ol data-rows>${row(1)}${row(2)}</ol>`;
  const pressed: (string | null)[] = [];
  document.querySelectorAll("button").forEach((button) => button.addEventListener("click", () => pressed.push(button.textContent)));
  press("x");
  const second = document.querySelector<HTMLElement>("li:last-child a") as HTMLElement;
  second.focus();
  press("x", second);
  expect(pressed).toEqual(["2"]);
  expect(keyList().filter(([key]) => key === "x")).toEqual([["x", "Take out"]]);
});

test("j and k walk through the rows and stop at the ends", () => {
  document.body.innerHTML = '<ul data-rows><li><a href="#1">1</a></li><li><a href="#2">2</a></li></ul>';
  const at = (): string | null => document.activeElement?.textContent ?? null;
  press("j");
  expect(at()).toBe("1");
  press("j", document.activeElement as Element);
  press("j", document.activeElement as Element);
  expect(at()).toBe("2");
  press("k", document.activeElement as Element);
  expect(at()).toBe("1");
});

test("a draft keeps words, never contact data, and gives them back", () => {
  vi.useFakeTimers();
  vi.setSystemTime(new Date("2026-01-02T03:04:05Z")); // its digits hold no 138
  const html = '<form data-draft="r"><textarea name="text"></textarea><input name="contact_phone" type="text"><input type="radio" name="k" value="2"></form>';
  document.body.innerHTML = html;
  const form = document.querySelector("form") as HTMLFormElement;
  draft(form);
  (form.elements.namedItem("text") as HTMLTextAreaElement).value = "a hole";
  (form.elements.namedItem("contact_phone") as HTMLInputElement).value = "13800000000";
  (form.elements.namedItem("k") as HTMLInputElement).checked = true;
  form.dispatchEvent(new Event("input"));
  vi.advanceTimersByTime(500);
  expect(localStorage.getItem("wg_draft_r")).not.toContain("138");
  document.body.innerHTML = html;
  const again = document.querySelector("form") as HTMLFormElement;
  draft(again);
  expect((again.elements.namedItem("text") as HTMLTextAreaElement).value).toBe("a hole");
  expect((again.elements.namedItem("k") as HTMLInputElement).checked).toBe(true);
});

test.each(["tel", "email", "password", "file", "hidden"])("a draft never keeps an input of type %s", (type) => {
  document.body.innerHTML = `<input name="x" type="${type}">`;
  expect(isKept(document.querySelector("input") as HTMLInputElement)).toBe(false);
});

test("questions come slower while the server is away", () => {
  expect([0, 1, 2, 9].map((failures) => wait(10, failures))).toEqual([10, 20, 40, 120]);
});

test("an island lives once and says when it cannot", async () => {
  const mount = vi.fn();
  island("good", mount);
  island("bad", () => Promise.reject(new Error("no")));
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  document.body.innerHTML = '<div data-island="good"></div><div data-island="bad"></div>';
  scan();
  scan();
  await new Promise((later) => setTimeout(later));
  expect(mount).toHaveBeenCalledTimes(1);
  expect(document.querySelector("[data-failed]")).not.toBeNull();
});

test("features get an id that is not a bare number, and can be read out", () => {
  const data = withIds({ type: "FeatureCollection", features: [{ type: "Feature", properties: { case: "20260427320115000000", label: "Hole" }, geometry: { type: "Point", coordinates: [118.84, 31.95] } }] });
  expect(data.features[0]?.properties?.id).toBe("@20260427320115000000");
  expect(idOf({ code: "320115003001003" })).toBe("@320115003001003");
  expect(inWords(data)).toEqual(["Hole — 31.95000, 118.84000"]);
});

test("the current tab is scrolled into sight, and the first ones stay where they are", () => {
  expect(placeInSight(0, 80, 360)).toBe(0);
  expect(placeInSight(400, 80, 360)).toBe(260);
  document.body.innerHTML = '<nav class="tabs"><a>1</a><a aria-current="page">2</a></nav>';
  const tabs = document.querySelector(".tabs") as HTMLElement;
  const [, current] = tabs.children as unknown as HTMLElement[];
  Object.defineProperty(current, "offsetLeft", { value: 500 });
  Object.defineProperty(current, "offsetWidth", { value: 100 });
  Object.defineProperty(tabs, "clientWidth", { value: 360 });
  showCurrentTabs();
  expect(tabs.scrollLeft).toBe(370);
});
