/** What a map is given, made ready: every feature has an id (its case or its grid) by which list and map find each other. */
import { json } from "../dom";
import { boundsOf, words, type LonLat } from "../geo";

/** Not the bare number: the library would write a case number of twenty digits as an integer, and it does not fit. */
export function idOf(properties: GeoJSON.GeoJsonProperties): string {
  const own = properties?.case ?? properties?.code;
  return own ? `@${own}` : "";
}

export function withIds(data: GeoJSON.FeatureCollection): GeoJSON.FeatureCollection {
  const features = data.features.map((feature, n) => ({ ...feature, properties: { ...feature.properties, id: idOf(feature.properties) || `#${n}` } }));
  return { type: "FeatureCollection", features };
}

export async function featuresOf(data: DOMStringMap): Promise<GeoJSON.FeatureCollection> {
  const none: GeoJSON.FeatureCollection = { type: "FeatureCollection", features: [] };
  if (!data.featuresUrl) return withIds(json<GeoJSON.FeatureCollection>(data.features) ?? none);
  const answer = await fetch(data.featuresUrl, { headers: { Accept: "application/geo+json, application/json" } });
  return answer.ok ? withIds((await answer.json()) as GeoJSON.FeatureCollection) : none;
}

/** For those who cannot see the map: each place by name and coordinates. */
export function inWords(data: GeoJSON.FeatureCollection): string[] {
  return data.features.map((feature) => {
    const box = boundsOf({ type: "FeatureCollection", features: [feature] });
    const middle: LonLat | undefined = box && [(box[0][0] + box[1][0]) / 2, (box[0][1] + box[1][1]) / 2];
    return [feature.properties?.label ?? idOf(feature.properties).slice(1), middle && words(middle)].filter(Boolean).join(" — ");
  });
}
