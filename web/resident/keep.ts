/** Keeping a query code: copy it, share it, or remember it on this device; nothing of it is sent anywhere. */
import { el, iconButton } from "../shared/dom";
import { toast } from "../shared/toast";

interface Kept {
  code: string;
  shown: string;
  url: string;
  label: string;
}

const SLOT = "wg_kept";
const MOST = 30;

export function kept(): Kept[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(SLOT) ?? "[]");
    return Array.isArray(found) ? (found as Kept[]).filter(({ code, url }) => /^\w{8}$/.test(code) && url === `/r/${code}`) : [];
  } catch {
    return [];
  }
}

function store(list: Kept[]): boolean {
  try {
    localStorage.setItem(SLOT, JSON.stringify(list.slice(0, MOST)));
    return true;
  } catch {
    return false; // no room or not allowed: the code stands on the page
  }
}

async function copy(text: string, root: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = el("textarea", { class: "sr-only", readonly: true });
    field.value = text;
    root.append(field);
    field.select();
    const done = document.execCommand("copy"); // plain http, and the web views of chat apps
    field.remove();
    return done;
  }
}

/** The buttons below a code. */
export function keep(root: HTMLElement): void {
  const { code = "", shown = code, url = `/r/${code}`, label = "", copied = "", kept: keptWords = "", title = "" } = root.dataset;
  const button = (what: string): HTMLButtonElement | null => root.querySelector(`[data-do="${what}"]`);
  const share = button("share");
  const star = button("keep");
  const showKept = (): void => star?.setAttribute("aria-pressed", String(kept().some((one) => one.code === code)));
  showKept();
  button("copy")?.addEventListener("click", () => void copy(shown, root).then((done) => done && toast(copied)));
  if (share && "share" in navigator) {
    share.hidden = false;
    share.addEventListener("click", () => void navigator.share({ title, text: shown, url: new URL(url, location.href).href }).catch(() => undefined));
  }
  star?.addEventListener("click", () => {
    const others = kept().filter((one) => one.code !== code);
    if (others.length < kept().length) store(others);
    else if (store([{ code, shown, url, label }, ...others])) toast(keptWords);
    showKept();
  });
}

/** The list of codes this device remembers. */
export function keptList(root: HTMLElement): void {
  const list = root.querySelector("ul");
  if (!list) return;
  const draw = (): void => {
    const found = kept();
    root.hidden = !found.length;
    list.replaceChildren(
      ...found.map((one) => {
        const forget = iconButton(`${root.dataset.forget ?? ""} ${one.shown}`, "trash");
        forget.addEventListener("click", () => {
          store(kept().filter(({ code }) => code !== one.code));
          draw();
        });
        const link = el("a", { class: "card grow", href: one.url }, el("span", { class: "card-title mono" }, one.shown), el("span", { class: "card-meta" }, one.label));
        return el("li", { class: "kept-item" }, link, forget);
      }),
    );
  };
  draw();
}
