/** Choosing a place: where I am, where the photo was taken, or a pin on the map; and the grid it lies in, said back. */
import type { Marker } from "maplibre-gl";
import { button, el, hidden, icon } from "../dom";
import { parseLonLat, words, type LonLat } from "../geo";
import { t } from "../i18n";
import type { Unmount } from "../islands";
import { openMap, viewOf, type Opened } from "./open";

export type Source = "GPS" | "MAP_PIN" | "PHOTO" | "DESK";

interface Grid {
  code: string;
  name: string;
  community_name: string;
  township_name: string;
}

interface Located {
  found: boolean;
  grid: Grid | null;
  nearest: (Partial<Grid> & { distance_m?: number })[] | null;
}

/** Beyond this the nearest grid is no help: somebody looks at another part of the country. */
const NEAR_M = 50_000;
const AREA_ZOOM = 11;

const FROM: Record<Source, string> = { GPS: "place.from.gps", MAP_PIN: "place.from.pin", PHOTO: "place.from.photo", DESK: "place.from.pin" };

export const gridName = (grid: Partial<Grid>): string => [grid.township_name, grid.community_name, grid.name].filter(Boolean).join(" ");

export async function placePicker(root: HTMLElement): Promise<Unmount> {
  const picker = new PlacePicker(root);
  await picker.open();
  return () => picker.close();
}

class PlacePicker {
  private readonly form: HTMLElement;
  private readonly answer = el("div", { class: "place-answer", role: "status", "aria-live": "polite" });
  private readonly buttons = el("div", { class: "upload-buttons" });
  private readonly holder = el("div", { class: "map" });
  private readonly gps = button(t("place.gps"), "locate");
  private opened: Opened | undefined;
  private marker: Marker | undefined;
  private asked: AbortController | undefined;
  private place: LonLat | undefined;
  private source: Source | undefined;

  constructor(private readonly root: HTMLElement) {
    this.form = root.closest("form") ?? root;
    this.gps.hidden = !("geolocation" in navigator);
    this.gps.addEventListener("click", () => this.useGps());
    this.buttons.append(this.gps);
    root.append(el("div", { class: "place" }, this.buttons, this.holder, this.answer));
    this.say(t("place.unset"));
    this.form.addEventListener("media:stored", this.onPhoto);
    document.addEventListener("prefs:changed", this.onPrefs);
    document.addEventListener("place:go", this.onGo);
  }

  async open(): Promise<void> {
    const { lon, lat } = this.root.dataset;
    const given = parseLonLat(lon && lat ? `${lon},${lat}` : undefined);
    const view = viewOf(this.root.dataset);
    this.opened = await openMap(this.holder, given ? { center: given, zoom: 16 } : view, undefined, this.root.dataset);
    if (!this.opened) this.holder.replaceWith(el("p", { class: "field-hint" }, t("place.nomap")));
    this.opened?.map.on("click", ({ lngLat }) => this.set([lngLat.lng, lngLat.lat], "MAP_PIN"));
    if (this.opened) this.useKeys(this.opened.map.getCanvas());
    if (given) this.set(given, (this.root.dataset.source as Source | undefined) ?? "MAP_PIN", { accuracy: Number(this.root.dataset.accuracy) || undefined });
    this.root.dataset.ready = "";
  }

  close(): void {
    this.form.removeEventListener("media:stored", this.onPhoto);
    document.removeEventListener("prefs:changed", this.onPrefs);
    document.removeEventListener("place:go", this.onGo);
    this.asked?.abort();
    this.opened?.map.remove();
  }

  private readonly onPrefs = (): void => this.opened?.restyle({ type: "FeatureCollection", features: [] });

  /** A place named in words: the map goes there; a grid gets the pin, unless somebody has set it. */
  private readonly onGo = (event: Event): void => {
    const { lon, lat, zoom, pin } = (event as CustomEvent<{ lon: number; lat: number; zoom: number; pin: boolean }>).detail;
    if (this.place && this.source !== "DESK") return;
    this.opened?.map.jumpTo({ center: [lon, lat], zoom });
    if (pin) this.set([lon, lat], "DESK");
  };

  /** The first photo that knows its place offers it, before anything else. */
  private readonly onPhoto = (event: Event): void => {
    const { place } = (event as CustomEvent<{ place?: { lon: number; lat: number } }>).detail;
    if (!place || this.buttons.querySelector("[data-photo]")) return;
    const offer = button(t("place.photo"), "image", { class: "btn btn-primary", "data-photo": true });
    offer.addEventListener("click", () => this.set([place.lon, place.lat], "PHOTO", { move: true }));
    this.buttons.prepend(offer);
  };

  private useGps(): void {
    this.say(t("place.gps.busy"));
    this.gps.setAttribute("aria-busy", "true");
    const done = (): void => this.gps.removeAttribute("aria-busy");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        done();
        this.set([coords.longitude, coords.latitude], "GPS", { accuracy: coords.accuracy, move: true });
      },
      (error) => {
        done();
        this.say(t(error.code === error.PERMISSION_DENIED ? "place.gps.denied" : "place.gps.failed"), "warning");
      },
      { enableHighAccuracy: true, timeout: 15_000, maximumAge: 30_000 },
    );
  }

  /** Arrows move the map under its middle, Enter puts the pin there, and then the arrows move the pin. */
  private useKeys(canvas: HTMLCanvasElement): void {
    canvas.setAttribute("aria-label", `${t("map.label")}. ${t("place.keys")}`);
    canvas.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      const { lng, lat } = this.opened?.map.getCenter() ?? { lng: 0, lat: 0 };
      this.set([lng, lat], "MAP_PIN");
      this.marker?.getElement().focus();
    });
  }

  private clear(): void {
    this.asked?.abort();
    this.place = this.source = undefined;
    for (const name of ["lon", "lat", "accuracy_m", "place_source"]) hidden(this.form, name, "");
    this.marker?.remove();
    this.marker = undefined;
    this.say(t("place.unset"));
    this.root.dispatchEvent(new CustomEvent("place:cleared", { bubbles: true }));
  }

  private showArea(): void {
    const center = parseLonLat(this.root.dataset.center);
    if (center) this.opened?.map.jumpTo({ center, zoom: AREA_ZOOM });
  }

  private set(place: LonLat, source: Source, { accuracy, move = false }: { accuracy?: number | undefined; move?: boolean } = {}): void {
    this.place = place;
    this.source = source;
    hidden(this.form, "lon", place[0].toFixed(6));
    hidden(this.form, "lat", place[1].toFixed(6));
    hidden(this.form, "accuracy_m", accuracy === undefined ? "" : String(Math.round(accuracy)));
    hidden(this.form, "place_source", source);
    this.pin(place);
    if (move) this.opened?.map.jumpTo({ center: place, zoom: Math.max(16, this.opened.map.getZoom()) });
    this.root.dispatchEvent(new CustomEvent("place:chosen", { bubbles: true, detail: { lon: place[0], lat: place[1], source } }));
    void this.locate(place, source, accuracy);
  }

  private pin(place: LonLat): void {
    if (!this.opened) return;
    if (!this.marker) {
      const handle = el("div", { class: "pin", role: "button", tabindex: "0", "aria-label": t("place.pin") }, icon("pin-solid", ""));
      this.marker = new this.opened.Marker({ element: handle, anchor: "bottom", draggable: true }).setLngLat(place).addTo(this.opened.map);
      this.marker.on("dragend", () => {
        const { lng, lat } = this.marker?.getLngLat() ?? { lng: place[0], lat: place[1] };
        this.set([lng, lat], "MAP_PIN");
      });
      handle.addEventListener("keydown", (event) => this.nudge(event));
    }
    this.marker.setLngLat(place);
  }

  private nudge(event: KeyboardEvent): void {
    const step = event.shiftKey ? 40 : 8;
    const by = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key];
    if (!by || !this.opened || !this.place) return;
    event.preventDefault();
    event.stopPropagation();
    const at = this.opened.map.project(this.place);
    const { lng, lat } = this.opened.map.unproject([at.x + (by[0] ?? 0), at.y + (by[1] ?? 0)]);
    this.set([lng, lat], "MAP_PIN");
  }

  private async locate(place: LonLat, source: Source, accuracy: number | undefined): Promise<void> {
    this.asked?.abort();
    const asked = (this.asked = new AbortController());
    const origin = [t(FROM[source]), accuracy === undefined ? "" : t("place.accuracy", { metres: Math.round(accuracy) }), words(place)];
    const detail = origin.filter(Boolean).join(" · ");
    this.say(t("place.busy"), undefined, detail);
    try {
      await new Promise((later) => setTimeout(later, 200));
      if (asked.signal.aborted) return;
      const answer = await fetch(`${this.root.dataset.locate ?? "/api/v1/locate"}?lon=${place[0].toFixed(6)}&lat=${place[1].toFixed(6)}`, { signal: asked.signal });
      if (!answer.ok) throw new Error(String(answer.status));
      this.tell((await answer.json()) as Located, detail);
    } catch {
      if (!asked.signal.aborted) this.say(t("place.unknown"), "warning", detail);
    }
  }

  private tell({ found, grid, nearest }: Located, detail: string): void {
    const clear = this.small(t("place.clear"), () => this.clear());
    if (found && grid) return this.say(gridName(grid), undefined, detail, clear);
    const { served, center } = this.root.dataset;
    const near = nearest?.[0];
    const far = near?.distance_m ?? Infinity;
    const outside = served ? t("place.outside.of", { area: served }) : t("place.outside");
    const more = near && far <= NEAR_M ? ` ${t("place.nearest", { name: gridName(near), distance: distance(far) })}` : "";
    const back = center && this.opened ? this.small(t("place.back"), () => this.showArea()) : undefined;
    this.say(outside + more, "warning", detail, back, clear);
  }

  private small(label: string, act: () => void): HTMLButtonElement {
    const made = el("button", { type: "button", class: "btn" }, label);
    made.addEventListener("click", act);
    return made;
  }

  private say(text: string, tone?: "warning", detail?: string, ...buttons: (Node | undefined)[]): void {
    this.answer.toggleAttribute("data-tone", false);
    if (tone) this.answer.dataset.tone = tone;
    const lines = el("div", { class: "grow" }, el("span", { class: detail && !tone ? "place-name" : "" }, text));
    if (detail) lines.append(el("div", { class: "small quiet num" }, detail));
    if (buttons.length) lines.append(el("div", { class: "row place-buttons" }, ...buttons));
    this.answer.replaceChildren(icon(tone ? "warning" : "pin"), lines);
  }
}

function distance(metres: number): string {
  return metres < 1000 ? t("distance.m", { n: Math.round(metres / 10) * 10 }) : t("distance.km", { n: (metres / 1000).toFixed(1) });
}
