/** Our own base map: township, community and grid as thin lines on paper, with names by zoom. No glyph server: fonts are the reader's own. */
import type { LayerSpecification, SourceSpecification, StyleSpecification } from "maplibre-gl";
import type { Colours } from "./colours";

export interface Base {
  tiles?: string | undefined;
  raster?: string | undefined;
  attribution?: string | undefined;
}

/** Without `glyphs` in the style the library draws letters from these local families. */
const FONT = ["PingFang SC", "Noto Sans SC", "Noto Sans CJK SC", "Microsoft YaHei", "system-ui"];
const LIGHTS = ["green", "yellow", "red", "grey"];
const DEFECTS = ["overlap", "gap", "sliver", "invalid", "outside", "duplicate"];

function absolute(template: string): string {
  return /^\w[\w+-]*:/.test(template) ? template : location.origin + template;
}

function ground(c: Colours, base: Base): LayerSpecification[] {
  const layers: LayerSpecification[] = [{ id: "paper", type: "background", paint: { "background-color": c.paper } }];
  if (base.raster) layers.push({ id: "raster", type: "raster", source: "raster", paint: { "raster-saturation": -0.6, "raster-opacity": 0.72 } });
  if (!base.tiles) return layers;
  const cover = base.raster ? 0 : 1;
  layers.push(
    { id: "land", type: "fill", source: "wangge", "source-layer": "township", paint: { "fill-color": c.land, "fill-opacity": cover } },
    { id: "grid-hit", type: "fill", source: "wangge", "source-layer": "grid", minzoom: 12, paint: { "fill-color": c.accent, "fill-opacity": ["case", ["boolean", ["feature-state", "hot"], false], 0.1, 0] } },
    { id: "grid", type: "line", source: "wangge", "source-layer": "grid", minzoom: 11.5, paint: { "line-color": c.line, "line-width": ["interpolate", ["linear"], ["zoom"], 12, 0.5, 16, 1] } },
    { id: "community", type: "line", source: "wangge", "source-layer": "community", minzoom: 9.5, paint: { "line-color": c.lineStrong, "line-width": ["interpolate", ["linear"], ["zoom"], 10, 0.4, 15, 1.2] } },
    { id: "township", type: "line", source: "wangge", "source-layer": "township", paint: { "line-color": c.lineStrong, "line-width": ["interpolate", ["linear"], ["zoom"], 8, 0.8, 15, 2] } },
  );
  return layers;
}

/** The tiles carry each name at one point beside the areas: only those points are written, else a name stands twice. */
function label(id: string, c: Colours, sizes: [number, number], minzoom: number, maxzoom: number): LayerSpecification {
  return {
    id: `${id}-label`,
    type: "symbol",
    source: "wangge",
    "source-layer": id,
    filter: ["==", ["geometry-type"], "Point"],
    minzoom,
    maxzoom,
    layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": ["interpolate", ["linear"], ["zoom"], minzoom, sizes[0], maxzoom, sizes[1]], "text-padding": 12, "text-max-width": 8 },
    paint: { "text-color": c.label, "text-halo-color": c.land, "text-halo-width": 1.5 },
  };
}

function shapes(c: Colours): LayerSpecification[] {
  const hot = ["boolean", ["feature-state", "hot"], false] as ["boolean", ["feature-state", "hot"], false];
  const defect = ["in", ["get", "defect"], ["literal", DEFECTS]] as ["in", ["get", string], ["literal", string[]]];
  return [
    { id: "area", type: "fill", source: "features", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": ["case", defect, c.red, c.accent], "fill-opacity": ["case", hot, 0.38, defect, 0.24, 0.1] } },
    { id: "area-line", type: "line", source: "features", filter: ["==", ["geometry-type"], "Polygon"], paint: { "line-color": ["case", defect, c.red, c.accent], "line-width": ["case", hot, 3, 1.5] } },
    { id: "line", type: "line", source: "features", filter: ["==", ["geometry-type"], "LineString"], paint: { "line-color": c.accent, "line-width": 2 } },
  ];
}

function pins(c: Colours): LayerSpecification[] {
  const ring = ["any", ["boolean", ["feature-state", "hot"], false], ["==", ["get", "current"], true]] as unknown as boolean;
  return [
    {
      id: "pin-ring",
      type: "circle",
      source: "features",
      filter: ["==", ["geometry-type"], "Point"],
      paint: { "circle-radius": 15, "circle-color": c.accent, "circle-opacity": ["case", ring, 0.14, 0], "circle-stroke-color": c.accent, "circle-stroke-width": 2, "circle-stroke-opacity": ["case", ring, 1, 0] },
    },
    {
      id: "pin",
      type: "symbol",
      source: "features",
      filter: ["==", ["geometry-type"], "Point"],
      layout: {
        "icon-image": ["match", ["coalesce", ["get", "light"], ""], LIGHTS, ["concat", "light-", ["get", "light"]], "light-plain"],
        "icon-allow-overlap": true,
        "icon-ignore-placement": true,
        "icon-size": ["interpolate", ["linear"], ["zoom"], 9, 0.6, 14, 1],
        "symbol-sort-key": ["match", ["get", "light"], "red", 3, "yellow", 2, "green", 1, 0],
      },
    },
  ];
}

export function mapStyle(c: Colours, base: Base, features: GeoJSON.FeatureCollection): StyleSpecification {
  const sources: Record<string, SourceSpecification> = {
    features: { type: "geojson", data: features, promoteId: "id" },
  };
  if (base.tiles) sources.wangge = { type: "vector", tiles: [absolute(base.tiles)], minzoom: 5, maxzoom: 14, promoteId: "code" };
  if (base.raster) sources.raster = { type: "raster", tiles: [absolute(base.raster)], tileSize: 256, attribution: base.attribution ?? "" };
  const labels = base.tiles
    ? [label("grid", c, [11, 12], 14.5, 24), label("community", c, [11, 13], 11.5, 14.5), label("township", c, [12, 15], 8, 13)]
    : [];
  return { version: 8, sources, layers: [...ground(c, base), ...shapes(c), ...labels, ...pins(c)], transition: { duration: 0, delay: 0 } };
}
