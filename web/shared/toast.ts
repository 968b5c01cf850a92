import { el, icon, iconButton } from "./dom";
import { t } from "./i18n";

export type Tone = "success" | "warning" | "error";
const STAYS_MS = 6000;

/** Where what was said can be looked at. */
export interface Link {
  link: string;
  url: string;
}

/** Says something in the page's live region, in place of what was said there before. Errors stay until they are dismissed. */
export function toast(text: string, tone: Tone = "success", to?: Link): HTMLElement | undefined {
  const region = document.getElementById(tone === "error" ? "problem" : "toasts");
  if (!region) return undefined;
  const close = iconButton(t("dismiss"), "close", { "data-dismiss": true });
  const box = el("div", { class: "toast", "data-tone": tone, "data-toast": true }, icon(tone === "success" ? "check" : tone));
  const words = el("span", { class: "grow" }, text);
  if (to) words.append(" ", el("a", { class: "num", href: to.url }, to.link));
  box.append(words, close);
  region.replaceChildren(box);
  if (tone !== "error") leaveLater(box);
  return box;
}

function leaveLater(box: Element): void {
  const leave = (): void => {
    if (box.matches(":hover, :focus-within")) setTimeout(leave, STAYS_MS);
    else box.remove();
  };
  setTimeout(leave, STAYS_MS);
}

export function startToasts(): void {
  document.querySelectorAll("#toasts .toast:not(.error)").forEach(leaveLater);
  document.addEventListener("click", (event) => {
    const close = (event.target as Element).closest("[data-dismiss]");
    close?.closest("[data-toast]")?.remove();
  });
  // A server may say a toast with a htmx answer: HX-Trigger: {"toast": {"text": "…", "tone": "success", "link": "…", "url": "…"}}
  document.addEventListener("toast", (event) => {
    const { text, tone, link, url } = (event as CustomEvent<{ text: string; tone?: Tone } & Partial<Link>>).detail;
    toast(text, tone, link && url ? { link, url } : undefined);
  });
  const offline = (): void => void toast(t("network.lost"), "error");
  document.addEventListener("htmx:sendError", offline);
  document.addEventListener("htmx:timeout", offline);
}
