/** What every page has, whatever its shell. */
import "./index.css";
import "./htmx";
import { forgetSentDrafts } from "./draft";
import { start } from "./islands";
import { startMenus } from "./menus";
import { startPrefs } from "./prefs";
import { forgetPost, startSending } from "./sending";
import { showCurrentTabs } from "./tabs";
import { startToasts } from "./toast";

export function startPage(): void {
  document.documentElement.dataset.js = "";
  startPrefs();
  startMenus();
  showCurrentTabs();
  startToasts();
  startSending();
  forgetPost();
  forgetSentDrafts();
  start();
  document.querySelector<HTMLElement>("[data-focus]")?.focus();
}
