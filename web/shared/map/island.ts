/** The map island: the list by other means. Hover and focus light up the other side; nothing jumps by itself. */
import type { MapGeoJSONFeature, MapMouseEvent, Popup } from "maplibre-gl";
import { el } from "../dom";
import { boundsOf } from "../geo";
import { t } from "../i18n";
import type { Unmount } from "../islands";
import { featuresOf, idOf, inWords } from "./features";
import { openMap, viewOf, type Opened } from "./open";

const PICKED = ["pin", "area"];

export async function mapIsland(root: HTMLElement): Promise<Unmount | void> {
  const features = await featuresOf(root.dataset);
  const holder = el("div", { class: "map-canvas" });
  root.prepend(holder);
  const view = viewOf(root.dataset);
  const opened = await openMap(holder, { ...view, bounds: view.bounds ?? boundsOf(features) }, features, root.dataset);
  if (!opened) return sayWithout(root, holder, features);
  return new LinkedMap(root, opened, features).stop;
}

function sayWithout(root: HTMLElement, holder: HTMLElement, features: GeoJSON.FeatureCollection): void {
  holder.remove();
  const list = el("ul", {}, ...inWords(features).map((line) => el("li", {}, line)));
  root.prepend(el("div", { class: "map-note", role: "note" }, el("p", {}, t("map.nowebgl")), list));
  root.dataset.without = "";
}

class LinkedMap {
  private hot: string | undefined;
  private readonly popup: Popup;
  private readonly undo: (() => void)[] = [];

  constructor(
    private readonly root: HTMLElement,
    private readonly opened: Opened,
    private features: GeoJSON.FeatureCollection,
  ) {
    const { map } = opened;
    this.popup = new opened.Popup({ closeButton: false, closeOnClick: false, offset: 16, maxWidth: "280px", focusAfterOpen: false });
    map.getCanvas().setAttribute("aria-label", `${root.dataset.label ?? t("map.label")}. ${t("map.places", { count: features.features.length })}`);
    map.on("mousemove", (event) => this.over(event));
    map.on("mouseout", () => this.heat(undefined));
    map.on("click", (event) => this.click(event));
    this.listen("mouseover", (event) => this.fromList(event.target));
    this.listen("focusin", (event) => this.fromList(event.target));
    this.listen("prefs:changed", () => opened.restyle(this.features));
    if (root.dataset.featuresUrl) this.listen("desk:changed", () => void this.reload());
    this.listen("map:set", (event) => event.target === root && this.set((event as CustomEvent<GeoJSON.FeatureCollection>).detail));
    const watch = new ResizeObserver(() => map.resize());
    watch.observe(root);
    this.undo.push(() => watch.disconnect(), () => map.remove());
    root.dataset.ready = "";
    Object.assign(root, { map });
  }

  readonly stop = (): void => this.undo.forEach((undo) => undo());

  private listen(name: string, act: (event: Event) => void): void {
    document.addEventListener(name, act);
    this.undo.push(() => document.removeEventListener(name, act));
  }

  private async reload(): Promise<void> {
    this.set(await featuresOf(this.root.dataset));
  }

  private set(features: GeoJSON.FeatureCollection): void {
    this.features = features;
    const source = this.opened.map.getSource("features");
    if (source && "setData" in source) (source as unknown as { setData: (data: GeoJSON.FeatureCollection) => void }).setData(features);
  }

  private at(event: MapMouseEvent, layers: string[]): MapGeoJSONFeature | undefined {
    const { map } = this.opened;
    const there = layers.filter((layer) => map.getLayer(layer));
    const { x, y } = event.point;
    const near: [[number, number], [number, number]] = [[x - 6, y - 6], [x + 6, y + 6]]; // prettier-ignore
    return map.queryRenderedFeatures(near, { layers: there })[0];
  }

  private over(event: MapMouseEvent): void {
    const found = this.at(event, PICKED);
    this.opened.map.getCanvas().toggleAttribute("data-pick", !!found);
    this.heat(found && String(found.properties.id), found);
  }

  private heat(id: string | undefined, feature?: MapGeoJSONFeature): void {
    if (id === this.hot) return;
    const { map } = this.opened;
    for (const [which, hot] of [[this.hot, false], [id, true]] as const) {
      if (which !== undefined && map.getSource("features")) map.setFeatureState({ source: "features", id: which }, { hot });
    }
    this.rows(this.hot).forEach((row) => row.removeAttribute("data-hot"));
    this.rows(id).forEach((row) => row.setAttribute("data-hot", ""));
    this.hot = id;
    const text = feature?.properties.label as string | undefined;
    if (!text || !feature) return void this.popup.remove();
    const place = feature.geometry.type === "Point" ? (feature.geometry.coordinates as [number, number]) : map.unproject(map.project(map.getCenter()));
    if (feature.geometry.type === "Point") this.popup.setLngLat(place).setDOMContent(el("span", {}, text)).addTo(map);
  }

  private rows(id: string | undefined): HTMLElement[] {
    const list = this.root.dataset.linked && document.querySelector(this.root.dataset.linked);
    if (!list || id === undefined) return [];
    return [...list.querySelectorAll<HTMLElement>("[data-case], [data-code]")].filter((row) => idOf(row.dataset) === id);
  }

  private fromList(target: EventTarget | null): void {
    const { linked } = this.root.dataset;
    if (!linked || !(target instanceof Element) || !target.closest(linked)) return;
    const row = target.closest<HTMLElement>("[data-case], [data-code]");
    this.heat(row ? idOf(row.dataset) : undefined);
  }

  private click(event: MapMouseEvent): void {
    const picked = this.at(event, PICKED);
    const grid = this.at(event, ["grid-hit"]);
    const { lng: lon, lat } = event.lngLat;
    const detail = { lon, lat, code: (picked?.properties.code ?? grid?.properties.code) as string | undefined, case: picked?.properties.case as string | undefined };
    this.root.dispatchEvent(new CustomEvent("map:click", { bubbles: true, detail }));
    if (!picked) return;
    const pick = new CustomEvent("map:pick", { bubbles: true, cancelable: true, detail: { ...picked.properties } });
    if (this.root.dispatchEvent(pick)) this.open(picked);
  }

  /** A picked feature opens what its row opens, else its own address. */
  private open(picked: MapGeoJSONFeature): void {
    const link = this.rows(String(picked.properties.id))[0]?.querySelector<HTMLElement>("a[href]");
    if (link) link.click();
    else if (typeof picked.properties.url === "string") location.assign(picked.properties.url);
  }
}
