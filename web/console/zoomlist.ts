/** A list beside a map: a row brings its place near, a click on the map goes to its row. Nothing moves unasked. */
import type { Map as MapLibre } from "maplibre-gl";
import { parseBounds } from "../shared/geo";
import type { Unmount } from "../shared/islands";

type MapRoot = HTMLElement & { map?: MapLibre };

export function zoomList(list: HTMLElement): Unmount {
  const root = document.querySelector<MapRoot>(list.dataset.map ?? "");
  const show = (text: string): void => {
    const bounds = parseBounds(text);
    if (bounds) root?.map?.fitBounds(bounds, { padding: 80, maxZoom: 18, animate: false });
  };
  const onClick = (event: Event): void => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-show]") : null;
    if (!button) return;
    show(button.dataset.show ?? "");
    root?.scrollIntoView({ block: "nearest" });
  };
  const onPick = (event: Event): void => {
    const code = (event as CustomEvent<{ code?: string }>).detail.code;
    const button = code ? list.querySelector<HTMLElement>(`[data-code="${CSS.escape(code)}"] [data-show]`) : null;
    event.preventDefault();
    if (!button) return;
    show(button.dataset.show ?? "");
    button.focus({ preventScroll: true });
  };
  list.addEventListener("click", onClick);
  root?.addEventListener("map:pick", onPick);
  return () => {
    list.removeEventListener("click", onClick);
    root?.removeEventListener("map:pick", onPick);
  };
}
