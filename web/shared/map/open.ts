/** Opens a map in an element, or tells that this device cannot. The library is loaded only here, where a map is. */
import type { Map as MapLibre, Marker, Popup } from "maplibre-gl";
import { parseBounds, parseLonLat, type Bounds, type LonLat } from "../geo";
import { t } from "../i18n";
import { colours } from "./colours";
import { loadShifted, shiftedTemplate } from "./shifted";
import { mapStyle, type Base } from "./style";
import { addSymbols } from "./symbols";

export interface Opened {
  map: MapLibre;
  Marker: typeof Marker;
  Popup: typeof Popup;
  restyle: (features: GeoJSON.FeatureCollection) => void;
}

export interface View {
  center?: LonLat | undefined;
  zoom?: number | undefined;
  bounds?: Bounds | undefined;
}

/** The whole country, when nobody says where we are. */
const SOMEWHERE: LonLat = [108, 34];
const NO_FEATURES: GeoJSON.FeatureCollection = { type: "FeatureCollection", features: [] };
let protocolAdded = false;

export function baseOf(data: DOMStringMap): Base {
  const raster = data.raster && data.rasterCrs === "GCJ02" ? shiftedTemplate(absolute(data.raster)) : data.raster;
  return { tiles: data.tiles || undefined, raster: raster || undefined, attribution: data.rasterAttribution };
}

const absolute = (url: string): string => (url.startsWith("/") ? location.origin + url : url);

export function viewOf(data: DOMStringMap): View {
  return { center: parseLonLat(data.center), zoom: data.zoom ? Number(data.zoom) : undefined, bounds: parseBounds(data.bounds) };
}

/** On a phone one finger moves the page, also over a map; two move the map. */
const scrollsByThumb = (): boolean => document.documentElement.dataset.shell === "phone" && matchMedia("(pointer: coarse)").matches;

function hasWebGl(): boolean {
  const context = document.createElement("canvas").getContext("webgl2");
  context?.getExtension("WEBGL_lose_context")?.loseContext();
  return !!context;
}

export async function openMap(holder: HTMLElement, view: View, features = NO_FEATURES, data: DOMStringMap = holder.dataset): Promise<Opened | undefined> {
  if (!hasWebGl()) return undefined;
  const [library, { default: workerUrl }] = await Promise.all([import("maplibre-gl"), import("maplibre-gl/dist/maplibre-gl-worker.mjs?url"), import("./library.css")]);
  library.setWorkerUrl(workerUrl);
  if (!protocolAdded) {
    library.addProtocol("gcj02", async ({ url }, abort) => ({ data: await loadShifted(url, abort.signal) }));
    protocolAdded = true;
  }
  const base = baseOf(data);
  const map = new library.Map({
    container: holder,
    style: mapStyle(colours(), base, features),
    ...(view.bounds ? { bounds: view.bounds, fitBoundsOptions: { padding: 48, maxZoom: 16, animate: false } } : { center: view.center ?? SOMEWHERE, zoom: view.zoom ?? (view.center ? 12 : 3) }),
    minZoom: 3,
    maxZoom: 19,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    cooperativeGestures: scrollsByThumb(),
    attributionControl: base.attribution ? { compact: true } : false,
    fadeDuration: 0,
    locale: {
      "Map.Title": data.label ?? t("map.label"),
      "NavigationControl.ZoomIn": t("map.zoomin"),
      "NavigationControl.ZoomOut": t("map.zoomout"),
      "AttributionControl.ToggleAttribution": t("map.attribution"),
      "Marker.Title": t("place.pin"),
      "CooperativeGesturesHandler.MobileHelpText": t("map.fingers"),
      "CooperativeGesturesHandler.WindowsHelpText": t("map.fingers"),
      "CooperativeGesturesHandler.MacHelpText": t("map.fingers"),
    },
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new library.NavigationControl({ showCompass: false }), "bottom-right");
  map.on("styledata", () => addSymbols(map, colours()));
  map.on("error", ({ error }) => {
    if (!/AJAXError|Failed to fetch|404|AbortError/.test(String(error))) console.error(error);
  });
  const restyle = (next: GeoJSON.FeatureCollection): void => {
    for (const name of ["green", "yellow", "red", "grey", "plain"]) if (map.hasImage(`light-${name}`)) map.removeImage(`light-${name}`);
    map.setStyle(mapStyle(colours(), base, next), { diff: false });
  };
  return { map, Marker: library.Marker, Popup: library.Popup, restyle };
}
