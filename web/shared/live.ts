/** Asks now and then whether something changed, only while the page is seen, slower when the server is away. */
import { t } from "./i18n";
import type { Unmount } from "./islands";

interface Answer {
  cursor: number;
  changed: boolean;
  unread?: number;
}

const SLOWEST_S = 120;

/** Seconds until the next question: as asked for when all is well, doubled after each failure. */
export const wait = (every: number, failures: number): number => Math.min(every * 2 ** failures, Math.max(SLOWEST_S, every));

export function live(root: HTMLElement): Unmount {
  const every = Number(root.dataset.every ?? 10);
  let cursor = root.dataset.cursor ?? "";
  let failures = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const say = (text: string): void => {
    if (root.textContent !== text) root.textContent = text;
  };
  const later = (): void => {
    clearTimeout(timer);
    if (!document.hidden) timer = setTimeout(() => void ask(), wait(every, failures) * 1000);
  };
  const ask = async (): Promise<void> => {
    try {
      const url = new URL(root.dataset.liveUrl ?? "", location.href);
      if (cursor) url.searchParams.set("cursor", cursor);
      const answer = await fetch(url, { headers: { Accept: "application/json" }, signal: AbortSignal.timeout(15_000) });
      if (!answer.ok) throw new Error(String(answer.status));
      const { cursor: next, changed, unread } = (await answer.json()) as Answer;
      const first = !cursor;
      cursor = String(next);
      failures = 0;
      const bell = document.getElementById("bell");
      if (bell && unread !== undefined && String(unread) !== bell.dataset.unread) {
        document.body.dispatchEvent(new CustomEvent("desk:notices", { bubbles: true }));
      }
      if (changed && !first) {
        say("");
        document.body.dispatchEvent(new CustomEvent("desk:changed", { bubbles: true, detail: { cursor: next } }));
        say(t("live.changed"));
      } else if (root.textContent === t("live.lost")) say("");
    } catch {
      failures += 1;
      if (failures === 3) say(t("live.lost"));
    }
    later();
  };
  const seen = (): void => (document.hidden ? clearTimeout(timer) : void ask());

  document.addEventListener("visibilitychange", seen);
  if (cursor) later();
  else void ask();
  return () => {
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", seen);
  };
}
