/** What the desk needs beside htmx: which row is open, an action's form in the bar, and the map that follows the case. */
import type { Map as MapLibre } from "maplibre-gl";
import { prefersStill } from "../shared/dom";
import { boundsOf } from "../shared/geo";
import { withIds } from "../shared/map/features";

const byId = (id: string): HTMLElement | null => document.getElementById(id);

/** The row of the open case is the current one; on a phone the case comes to the front. */
function markOpen(): void {
  const open = byId("case")?.dataset.case ?? "";
  for (const row of document.querySelectorAll<HTMLElement>("#queue > [data-case]")) {
    const link = row.querySelector("a");
    if (row.dataset.case === open) link?.setAttribute("aria-current", "true");
    else link?.removeAttribute("aria-current");
  }
}

function showOne(which: "case" | "queue"): void {
  const columns = document.querySelector<HTMLElement>(".columns");
  if (!columns || columns.dataset.open === which) return;
  columns.dataset.open = which;
  if (window.matchMedia("(max-width: 720px)").matches) window.scrollTo(0, 0);
}

/** The map beside the case, once it stands, and what it shows there. */
function mapOfCase(): { root: HTMLElement; map: MapLibre | undefined; data: GeoJSON.FeatureCollection } | undefined {
  const text = byId("map-features")?.textContent;
  const root = document.querySelector<HTMLElement & { map?: MapLibre }>(".col-context [data-island=map]");
  if (!text || !root || root.dataset.ready === undefined) return undefined;
  return { root, map: root.map, data: withIds(JSON.parse(text) as GeoJSON.FeatureCollection) };
}

const setMap = (root: HTMLElement, detail: GeoJSON.FeatureCollection): boolean => root.dispatchEvent(new CustomEvent("map:set", { bubbles: true, detail }));

/** The map stays and shows what lies around the case that was opened. */
function feedMap(): void {
  const found = mapOfCase();
  if (!found) return;
  setMap(found.root, found.data);
  const bounds = boundsOf(found.data);
  if (found.map && bounds) found.map.fitBounds(bounds, { padding: 32, maxZoom: 16, animate: !prefersStill(), duration: 300 });
}

/** A printed case shows itself and its grid; the cases around it are other people's matters. */
async function printCase(): Promise<void> {
  const found = mapOfCase();
  if (found?.map) {
    const { map, root, data } = found;
    setMap(root, { ...data, features: data.features.filter(({ geometry, properties }) => geometry.type !== "Point" || properties?.current) });
    const drawn = new Promise<void>((done) => map.once("idle", () => done()));
    await Promise.race([drawn, new Promise((later) => setTimeout(later, 1500))]);
    window.addEventListener("afterprint", () => setMap(root, data), { once: true });
  }
  window.print();
}

function closeAct(): boolean {
  const slot = byId("act-slot");
  if (!slot?.firstElementChild) return false;
  slot.replaceChildren();
  return true;
}

function afterSwap(event: Event): void {
  const target = event.target as HTMLElement;
  if (target.id === "case") {
    markOpen();
    feedMap();
    byId("case")?.scrollTo(0, 0);
    showOne(byId("case")?.dataset.case ? "case" : "queue");
  }
  if (target.id === "act-slot") {
    target.querySelector<HTMLElement>("[aria-invalid], textarea, input:not([type=hidden], [type=file])")?.focus();
  }
}

/** A queue opened by its address shows the row of that case, however far down it is. */
function showCurrent(): void {
  const row = document.querySelector<HTMLElement>("#queue [aria-current]");
  const column = row?.closest<HTMLElement>(".col");
  if (!row || !column) return;
  const below = row.getBoundingClientRect().bottom - column.getBoundingClientRect().bottom;
  if (below > 0) column.scrollTop += below + column.clientHeight / 3;
}

/** On a phone the places of the desk are a strip to be pushed: the present one is in sight. */
function showPlace(): void {
  document.querySelector(".desk-rail [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
}

export function startDesk(): void {
  showCurrent();
  showPlace();
  document.addEventListener("htmx:afterSettle", afterSwap);
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    if (target.closest("[data-close-act]")) closeAct();
    if (target.closest("[data-print]")) void printCase();
    if (target.closest("[data-show-queue]")) {
      event.preventDefault();
      showOne("queue");
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !document.querySelector("dialog[open]")) closeAct();
  });
}
