/**
 * Keeps what somebody writes on this device until it is sent: words, choices, the place, and the ids of what has been uploaded.
 * Never contact data, files or other hidden fields.
 */
import { el } from "./dom";
import { t } from "./i18n";
import type { Unmount } from "./islands";
import type { Kept } from "./media/list";

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;
const KEPT_TYPES = new Set(["text", "search", "number", "date", "time", "datetime-local", "radio", "checkbox", "select-one", "textarea"]);
const HOUR_MS = 3_600_000;
const KEEP_MS = 7 * 24 * HOUR_MS;
/** The server removes an upload nobody claimed after two days. */
const UPLOAD_MS = 47 * HOUR_MS;
const MEDIA = "[data-island=photo-upload], [data-island=audio-recorder]";
const PLACE = ["lon", "lat", "accuracy_m", "place_source"] as const;

interface Draft {
  at: number;
  values: Record<string, string>;
  /** Uploads, by the island they belong to. */
  media?: Record<string, Kept[]>;
  place?: Partial<Record<(typeof PLACE)[number], string>>;
  /** Photos that had not arrived, and whether a contact was given: what can't be brought back is said. */
  lost?: number;
  contact?: boolean;
}

export function isKept(control: Control): boolean {
  if (!control.name || !KEPT_TYPES.has(control.type)) return false;
  if (control.closest("[data-private], .upload-kept") || /^(csrf|contact|phone|mobile|tel|name|email)/i.test(control.name)) return false;
  return !/tel|email|name|cc-|password/.test(control.autocomplete || "");
}

const controls = (form: HTMLFormElement): Control[] =>
  [...form.elements].filter((node): node is Control => node.matches("input, textarea, select") && isKept(node as Control));

const isChoice = (control: Control): control is HTMLInputElement => control.type === "radio" || control.type === "checkbox";
const slot = (control: Control): string => (isChoice(control) ? `${control.name}=${control.value}` : control.name);
const slotOf = (root: HTMLElement): string => `${root.dataset.island} ${root.dataset.name ?? "media"}`;

function valuesOf(form: HTMLFormElement): Record<string, string> {
  const values: Record<string, string> = {};
  for (const control of controls(form)) {
    const value = isChoice(control) ? (control.checked ? "1" : "") : control.value;
    if (value) values[slot(control)] = value;
  }
  return values;
}

/** What has arrived: sent by the island on this page, or shown again by the server. */
function arrivedIn(root: HTMLElement, form: HTMLFormElement): Kept[] {
  const [name, kind] = [root.dataset.name ?? "media", root.dataset.island === "audio-recorder" ? "AUDIO" : "PHOTO"];
  const shown = [...form.querySelectorAll<HTMLInputElement>(".upload-kept input:checked")].filter((input) => input.name === name && input.dataset.kind === kind);
  const own = root.querySelectorAll<HTMLInputElement>(".upload-item > input[type=hidden]");
  return [...shown, ...own].map((input) => {
    const src = input.closest(".upload-item")?.querySelector("img")?.src;
    return { id: input.value, at: Number(input.dataset.at ?? Date.now()), thumb: src?.startsWith("data:") ? src : undefined };
  });
}

function read(form: HTMLFormElement): Draft {
  const media: Record<string, Kept[]> = {};
  for (const root of form.querySelectorAll<HTMLElement>(MEDIA)) media[slotOf(root)] = arrivedIn(root, form);
  const place: Draft["place"] = {};
  for (const name of PLACE) {
    const value = form.querySelector<HTMLInputElement>(`input[type=hidden][name=${name}]`)?.value;
    if (value) place[name] = value;
  }
  const lost = form.querySelectorAll(".upload-item:not([data-status=done]), .recorder-dot").length;
  const contact = [...form.querySelectorAll<HTMLInputElement>("[data-private] input")].some(({ value }) => value);
  return { at: Date.now(), values: valuesOf(form), media, place, lost, contact };
}

function isEmpty({ values, media, place }: Draft): boolean {
  return ![...Object.keys(values), ...Object.keys(place ?? {}), ...Object.values(media ?? {}).flat()].length;
}

function write(form: HTMLFormElement, values: Record<string, string>): void {
  for (const control of controls(form)) {
    const value = values[slot(control)];
    if (value === undefined) continue;
    if (isChoice(control)) control.checked = true;
    else control.value = value;
  }
}

/** Hands uploads and place to their islands, which come to life after the form. The number of uploads too old to use. */
function handOver(form: HTMLFormElement, { media = {}, place = {} }: Draft): number {
  let old = 0;
  for (const root of form.querySelectorAll<HTMLElement>(MEDIA)) {
    const all = media[slotOf(root)] ?? [];
    const fresh = all.filter(({ at }) => Date.now() - at < UPLOAD_MS);
    old += all.length - fresh.length;
    if (fresh.length) root.dataset.kept = JSON.stringify(fresh);
  }
  const picker = form.querySelector<HTMLElement>("[data-island=place-picker]");
  if (picker && place.lon && place.lat) {
    Object.assign(picker.dataset, { lon: place.lon, lat: place.lat, source: place.place_source ?? "MAP_PIN", accuracy: place.accuracy_m ?? "" });
  }
  return old;
}

/** The uploads a draft has handed to this island. */
export function keptIn(root: HTMLElement): Kept[] {
  return JSON.parse(root.dataset.kept ?? "[]") as Kept[];
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
  const isAnswer = document.documentElement.dataset.posted !== undefined; // the server's answer holds everything, and newer
  const found = isAnswer ? undefined : stored(key);
  const untouched = isAnswer ? "" : JSON.stringify(valuesOf(root));
  if (found) restore(root, key, found);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const keep = (): void => {
    clearTimeout(timer);
    if (root.dataset.draft === undefined) return; // thrown away
    const now = read(root);
    const isNew = JSON.stringify(now.values) !== untouched || !isEmpty({ ...now, values: {} });
    try {
      if (isNew) localStorage.setItem(key, JSON.stringify(now));
      else localStorage.removeItem(key);
    } catch {
      // no room or not allowed: the form works without a draft
    }
  };
  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(keep, 400);
  };
  for (const name of ["input", "change", "media:changed", "place:chosen", "place:cleared"]) root.addEventListener(name, soon);
  if (isAnswer) soon();
  // Leaving by a link or a switch of language may come before the pause in typing does.
  const leave = (): void => void (timer !== undefined && keep());
  window.addEventListener("pagehide", leave);
  return () => {
    clearTimeout(timer);
    window.removeEventListener("pagehide", leave);
  };
}

function restore(form: HTMLFormElement, key: string, found: Draft): void {
  write(form, found.values);
  const lost = handOver(form, found) + (found.lost ?? 0);
  form.closest("details")?.setAttribute("open", "");
  const said = [t("draft.restored"), lost && t("draft.lost"), found.contact && t("draft.contact")].filter(Boolean).join(" ");
  const again = el("button", { type: "button", class: "btn btn-quiet" }, t("draft.discard"));
  const note = el("div", { class: "notice draft-note", role: "status" }, el("span", { class: "grow" }, said), again);
  again.addEventListener("click", () => {
    delete form.dataset.draft;
    localStorage.removeItem(key);
    form.reset();
    location.reload(); // uploads and pin go with it
  });
  form.prepend(note);
}

/** `<… data-draft-done="report">` on the page that confirms: these drafts have been sent. */
export function forgetSentDrafts(): void {
  for (const node of document.querySelectorAll<HTMLElement>("[data-draft-done]")) {
    for (const name of (node.dataset.draftDone ?? "").split(" ")) localStorage.removeItem(keyFor(name));
  }
}
