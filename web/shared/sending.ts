/**
 * Sending a form: what is still being made or uploaded is finished first, what failed is shown, and without a network
 * the page stays as it is. Whatever makes something of its own for a form (uploads, a recording) joins it as a part.
 */
import { t } from "./i18n";
import { toast } from "./toast";

export interface Part {
  root: HTMLElement;
  /** How many there are, and how many of them have arrived. */
  progress: () => { count: number; done: number };
  /** Ends what is being made; true once everything has arrived, false if something failed. */
  finish: () => Promise<boolean>;
  /** Brings what failed into view, with what can be done about it. */
  showFailed: (sendAnyway: () => void) => void;
}

/** Forms that carry what somebody wrote or decided; signing in and switches go as they are. */
const OURS = "[data-island=draft], form.act, .act form";
const ANSWERS_WITHIN_MS = 8000;
const joined = new WeakMap<HTMLFormElement, Set<Part>>();
/** Forms found ready: their next submit goes through. */
const ready = new WeakSet<HTMLFormElement>();

export function join(part: Part): void {
  const form = part.root.closest("form");
  if (form) joined.set(form, (joined.get(form) ?? new Set()).add(part));
}

const partsOf = (form: HTMLFormElement): Part[] => [...(joined.get(form) ?? [])].filter(({ root }) => root.isConnected);

export function startSending(): void {
  document.addEventListener("submit", intercept, { capture: true });
}

function intercept(event: SubmitEvent): void {
  const form = event.target as HTMLFormElement;
  if (!form.matches(OURS) || ready.delete(form)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (form.dataset.sending === undefined) void send(form, event.submitter);
}

async function send(form: HTMLFormElement, submitter: HTMLElement | null): Promise<void> {
  form.dataset.sending = "";
  await new Promise((later) => setTimeout(later)); // a form that is just being submitted takes no second request
  const rest = showBusy(form, submitter);
  const parts = partsOf(form);
  const arrived = await Promise.all(parts.map((part) => part.finish()));
  const failed = parts.find((_, n) => !arrived[n]);
  const goes = !failed && (sendsItself(form, submitter) || (await isOnline()));
  rest();
  delete form.dataset.sending;
  if (failed) failed.showFailed(() => form.requestSubmit(submitter));
  else if (!goes) sayOffline();
  else if (form.isConnected) {
    ready.add(form);
    form.requestSubmit(submitter);
  }
}

function sayOffline(): void {
  const said = toast(t("network.none"), "error");
  window.addEventListener("online", () => said?.remove(), { once: true });
}

/** htmx keeps the page when the network is away, and says so. */
const sendsItself = (form: HTMLFormElement, submitter: HTMLElement | null): boolean => form.matches("[hx-post]") || !!submitter?.matches("[hx-post]");

/** A browser that sends without a network shows a page of its own in place of ours. Any answer at all will do. */
async function isOnline(): Promise<boolean> {
  if (!navigator.onLine) return false;
  const small = document.querySelector<HTMLLinkElement>("link[rel=icon]")?.href ?? "/";
  try {
    await fetch(small, { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(ANSWERS_WITHIN_MS) });
    return true;
  } catch {
    return false;
  }
}

/** The button tells how far the uploads are; the answer puts its own words back. */
function showBusy(form: HTMLFormElement, submitter: HTMLElement | null): () => void {
  if (!submitter) return () => undefined;
  const own = [...submitter.childNodes];
  const tell = (): void => {
    const all = partsOf(form).map((part) => part.progress());
    const [count, done] = [all.reduce((sum, one) => sum + one.count, 0), all.reduce((sum, one) => sum + one.done, 0)];
    if (done < count) submitter.replaceChildren(t("upload.progress", { number: done + 1, count }));
  };
  submitter.setAttribute("aria-busy", "true");
  tell();
  form.addEventListener("media:changed", tell);
  return () => {
    form.removeEventListener("media:changed", tell);
    submitter.removeAttribute("aria-busy");
    submitter.replaceChildren(...own);
  };
}

/**
 * A page that answers a form (`<html data-posted>`) becomes an ordinary entry of the history: Back and reload ask for it
 * anew and never whether to send the form again.
 */
export function forgetPost(): void {
  if (document.documentElement.dataset.posted !== undefined) history.replaceState(history.state, "", location.href);
}
