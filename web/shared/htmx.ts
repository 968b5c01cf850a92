/** htmx under our policy: no eval, no inline style, nothing of a page kept in the browser's storage. */
import htmx from "htmx.org";
import { csrfToken } from "./dom";

htmx.config.includeIndicatorStyles = false;
htmx.config.allowEval = false;
htmx.config.historyCacheSize = 0; // pages carry people's words: they stay off the disk
htmx.config.refreshOnHistoryMiss = true;
htmx.config.scrollBehavior = "auto";
htmx.config.responseHandling = [
  { code: "204", swap: false },
  { code: "[23]..", swap: true },
  { code: "422", swap: true, error: false }, // the form again, with what is to be mended
  { code: "[45]..", swap: true, error: true, target: "#problem", swapOverride: "innerHTML" },
];

document.addEventListener("htmx:configRequest", (event) => {
  const { verb, headers } = (event as CustomEvent<{ verb: string; headers: Record<string, string> }>).detail;
  if (verb !== "get") headers["X-CSRFToken"] = csrfToken();
});

export { htmx };
