/**
 * The keyboard of the desk. `data-key="a"` binds a key to a button, link or field; `?` lists what the page offers;
 * in `[data-rows]` j/k or the arrows move and Enter opens, and `data-row-key` binds a key to a control of the row that has the focus. Nothing happens while somebody types, except with ctrl.
 */
import { el, isTyping } from "./dom";
import { t } from "./i18n";

const visible = (node: HTMLElement): boolean => node.getClientRects().length > 0 && !node.closest("[inert]");

/** "ctrl+enter", "a", "?" */
export function keyOf(event: KeyboardEvent): string {
  const name = event.key.toLowerCase();
  return event.ctrlKey || event.metaKey ? `ctrl+${name}` : name;
}

/** A control of the row that has the focus, bound with `data-row-key`. */
function boundInRow(key: string): HTMLElement | undefined {
  const here = document.activeElement?.closest("[data-rows]") && rowOf(document.activeElement);
  const all = here ? [...here.querySelectorAll<HTMLElement>("[data-row-key]")] : [];
  return all.find((node) => node.dataset.rowKey?.toLowerCase() === key && visible(node) && !isOff(node));
}

const rowOf = (node: Element): Element | null => node.closest("[data-rows] > li, [data-rows] tbody > tr, [data-rows] > [data-row]");

function bound(key: string): HTMLElement | undefined {
  const all = [...document.querySelectorAll<HTMLElement>("[data-key]")];
  return all.find((node) => node.dataset.key?.toLowerCase() === key && visible(node) && !isOff(node));
}

const isOff = (node: HTMLElement): boolean => node.matches(":disabled, [aria-disabled=true]");

function press(node: HTMLElement): void {
  if (node.matches("input:not([type=submit], [type=button], [type=checkbox], [type=radio]), textarea, select")) {
    node.focus();
    if (node instanceof HTMLInputElement) node.select();
  } else {
    node.focus({ preventScroll: true });
    node.click();
  }
}

function labelOf(node: HTMLElement): string {
  const given = node.dataset.keyLabel ?? node.getAttribute("aria-label");
  if (given) return given;
  if (node instanceof HTMLInputElement || node instanceof HTMLTextAreaElement) return node.labels?.[0]?.textContent?.trim() ?? t("keys.search");
  const copy = node.cloneNode(true) as HTMLElement;
  copy.querySelectorAll("kbd, svg").forEach((part) => part.remove());
  return copy.textContent?.replace(/\s+/g, " ").trim() ?? "";
}

const keyCap = (key: string): HTMLElement => el("kbd", {}, key.length === 1 ? key.toUpperCase() : key.replace("enter", "Enter"));

export function keyList(): [string, string][] {
  const seen = new Map<string, string>();
  for (const node of document.querySelectorAll<HTMLElement>("[data-key]")) {
    const key = node.dataset.key ?? "";
    if (key !== "?" && visible(node) && !seen.has(key)) seen.set(key, labelOf(node));
  }
  for (const node of document.querySelectorAll<HTMLElement>("[data-rows] [data-row-key]")) {
    const key = node.dataset.rowKey ?? "";
    if (visible(node) && !seen.has(key)) seen.set(key, labelOf(node));
  }
  const list: [string, string][] = [...seen];
  if (document.querySelector("[data-rows]")) list.push(["J / K", t("keys.move")], ["Enter", t("keys.open")]);
  list.push(["?", t("keys.help")]);
  return list;
}

function showKeys(): void {
  const rows = keyList().flatMap(([key, label]) => [
    el("dt", {}, ...key.split(" / ").flatMap((part, n) => (n ? [" ", keyCap(part)] : [keyCap(part)]))),
    el("dd", {}, label),
  ]);
  const close = el("button", { class: "btn", type: "submit", autofocus: true }, t("dismiss"));
  const dialog = el("dialog", { "aria-labelledby": "keys-title" }, el("h2", { id: "keys-title" }, t("keys.title")));
  dialog.append(el("dl", { class: "keys-list" }, ...rows), el("form", { method: "dialog" }, close));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

const rowsOf = (list: Element): HTMLElement[] => [...list.querySelectorAll<HTMLElement>(":scope > li, tbody > tr, :scope > [data-row]")].filter(visible);
const linkOf = (row: HTMLElement): HTMLElement | null => row.querySelector<HTMLElement>("a[href], button:not([disabled])");

function step(by: 1 | -1): boolean {
  const inside = document.activeElement?.closest("[data-rows]");
  const list = inside ?? [...document.querySelectorAll("[data-rows]")].find((candidate) => rowsOf(candidate).length);
  if (!list) return false;
  const rows = rowsOf(list);
  const now = rows.findIndex((row) => row.contains(document.activeElement));
  const open = rows.findIndex((row) => row.querySelector("[aria-current]") ?? row.matches("[aria-selected=true]"));
  const next = now >= 0 ? now + by : open >= 0 ? open + by : 0;
  const row = rows[Math.max(0, Math.min(rows.length - 1, next))];
  const link = row && linkOf(row);
  if (!link) return false;
  link.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
  return true;
}

function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.altKey || event.isComposing || document.querySelector("dialog[open]")) return;
  const key = keyOf(event);
  const typing = isTyping(event.target);
  if (typing && key === "escape") (event.target as HTMLElement).blur();
  if (typing && !key.startsWith("ctrl+")) return;
  if (!typing && key === "?") {
    event.preventDefault();
    showKeys();
    return;
  }
  const node = boundInRow(key) ?? bound(key);
  const inMap = (event.target as Element).closest?.(".map, [data-island=place-picker]");
  const by = key === "j" || (key === "arrowdown" && !inMap) ? 1 : key === "k" || (key === "arrowup" && !inMap) ? -1 : 0;
  if (node) {
    event.preventDefault();
    press(node);
  } else if (by && (key.length === 1 || document.activeElement?.closest("[data-rows]")) && step(by)) {
    event.preventDefault();
  }
}

export function startKeys(): void {
  document.addEventListener("keydown", onKey);
  document.addEventListener("click", (event) => {
    if ((event.target as Element).closest("[data-open-keys]")) showKeys();
  });
}
