/** Keeps what somebody writes on this device until it is sent. Never contact data, files or hidden fields. */
import { el } from "./dom";
import { t } from "./i18n";
import type { Unmount } from "./islands";

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;
const KEPT_TYPES = new Set(["text", "search", "number", "date", "time", "datetime-local", "radio", "checkbox", "select-one", "textarea"]);
const KEEP_MS = 7 * 24 * 3600 * 1000;

interface Draft {
  at: number;
  values: Record<string, string>;
}

export function isKept(control: Control): boolean {
  if (!control.name || !KEPT_TYPES.has(control.type)) return false;
  if (control.closest("[data-private]") || /^(csrf|contact|phone|mobile|tel|name|email)/i.test(control.name)) return false;
  return !/tel|email|name|cc-|password/.test(control.autocomplete || "");
}

const controls = (form: HTMLFormElement): Control[] =>
  [...form.elements].filter((node): node is Control => node.matches("input, textarea, select") && isKept(node as Control));

const isChoice = (control: Control): control is HTMLInputElement => control.type === "radio" || control.type === "checkbox";
const slot = (control: Control): string => (isChoice(control) ? `${control.name}=${control.value}` : control.name);

function read(form: HTMLFormElement): Record<string, string> {
  const values: Record<string, string> = {};
  for (const control of controls(form)) {
    const value = isChoice(control) ? (control.checked ? "1" : "") : control.value;
    if (value) values[slot(control)] = value;
  }
  return values;
}

function write(form: HTMLFormElement, values: Record<string, string>): boolean {
  let any = false;
  for (const control of controls(form)) {
    const value = values[slot(control)];
    if (value === undefined) continue;
    if (isChoice(control)) control.checked = true;
    else if (control.value) continue; // what the server sent back is newer
    else control.value = value;
    any = true;
  }
  return any;
}

function stored(key: string): Draft | undefined {
  try {
    const draft = JSON.parse(localStorage.getItem(key) ?? "null") as Draft | null;
    return draft && Date.now() - draft.at < KEEP_MS ? draft : undefined;
  } catch {
    return undefined;
  }
}

const keyFor = (name: string): string => `wg_draft_${name}`;

export function draft(root: HTMLElement): Unmount | void {
  if (!(root instanceof HTMLFormElement)) return;
  const key = keyFor(root.dataset.draft ?? location.pathname);
  const found = stored(key);
  if (found && write(root, found.values)) offerFresh(root, key);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const keep = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const values = read(root);
      try {
        if (Object.keys(values).length) localStorage.setItem(key, JSON.stringify({ at: Date.now(), values }));
        else localStorage.removeItem(key);
      } catch {
        // no room or not allowed: the form works without a draft
      }
    }, 400);
  };
  root.addEventListener("input", keep);
  return () => clearTimeout(timer);
}

function offerFresh(form: HTMLFormElement, key: string): void {
  const again = el("button", { type: "button", class: "btn btn-quiet" }, t("draft.discard"));
  const note = el("div", { class: "notice", role: "status" }, el("span", { class: "grow" }, t("draft.restored")), again);
  again.addEventListener("click", () => {
    localStorage.removeItem(key);
    form.reset();
    note.remove();
  });
  form.prepend(note);
}

/** `<… data-draft-done="report">` on the page that confirms: the draft has been sent. */
export function forgetSentDrafts(): void {
  for (const node of document.querySelectorAll<HTMLElement>("[data-draft-done]")) localStorage.removeItem(keyFor(node.dataset.draftDone ?? ""));
}
