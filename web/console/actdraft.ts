/** Words of an action stay on this device until they are sent, also over an answer the server wrote in advance. */
import { el } from "../shared/dom";
import { draft, forgetSentDrafts } from "../shared/draft";
import type { Unmount } from "../shared/islands";

/** A draft is written into empty fields only: an answer written in advance makes room for it, and comes back if there is none. */
export function actDraft(root: HTMLElement): Unmount | void {
  const fresh = root.querySelector("[aria-invalid]") === null;
  const written = [...root.querySelectorAll("textarea")].map((box) => [box, box.value] as const);
  if (fresh) for (const [box] of written) box.value = "";
  const undo = draft(root);
  for (const [box, advance] of written) if (!box.value) box.value = advance;
  return undo;
}

/** What was sent is no draft any more. */
export function startActDrafts(): void {
  document.addEventListener("htmx:afterRequest", (event) => {
    const { requestConfig, successful } = (event as CustomEvent<{ requestConfig: { elt: Element }; successful: boolean }>).detail;
    const { elt } = requestConfig; // the event itself comes from what is left on the page
    if (!successful || !(elt instanceof HTMLFormElement) || elt.dataset.draft === undefined) return;
    const done = el("span", { hidden: true, "data-draft-done": elt.dataset.draft });
    document.body.append(done);
    forgetSentDrafts();
    done.remove();
  });
}
