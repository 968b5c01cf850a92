/** Places are EPSG:4326. A base map in GCJ-02 is moved under them, so nothing of ours is ever converted for show. */

export type LonLat = [number, number];

const A = 6_378_245; // Krasovsky 1940
const E2 = 0.006_693_421_622_965_943;
const rad = Math.PI / 180;

/** Outside this frame GCJ-02 is plain WGS84. */
const inFrame = ([lon, lat]: LonLat): boolean => lon > 72.004 && lon < 137.8347 && lat > 0.8293 && lat < 55.8271;

function waves(base: number, ...terms: [amplitude: number, frequency: number][]): number {
  return terms.reduce((sum, [amplitude, frequency]) => sum + amplitude * Math.sin(base * frequency * Math.PI), 0) * (2 / 3);
}

function shift([lon, lat]: LonLat): LonLat {
  const x = lon - 105;
  const y = lat - 35;
  const common = waves(x, [20, 6], [20, 2]);
  const dLat =
    -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * Math.sqrt(Math.abs(x)) + common + waves(y, [20, 1], [40, 1 / 3], [160, 1 / 12], [320, 1 / 30]);
  const dLon = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * Math.sqrt(Math.abs(x)) + common + waves(x, [20, 1], [40, 1 / 3], [150, 1 / 12], [300, 1 / 30]);
  const s = Math.sin(lat * rad);
  const magic = 1 - E2 * s * s;
  const root = Math.sqrt(magic);
  return [dLon / ((A / root) * Math.cos(lat * rad) * rad), dLat / (((A * (1 - E2)) / (magic * root)) * rad)];
}

export function wgs84ToGcj02(point: LonLat): LonLat {
  if (!inFrame(point)) return point;
  const [dLon, dLat] = shift(point);
  return [point[0] + dLon, point[1] + dLat];
}

/** The inverse by iteration; five rounds are exact to well under a millimetre. */
export function gcj02ToWgs84(point: LonLat): LonLat {
  if (!inFrame(point)) return point;
  let guess: LonLat = point;
  for (let round = 0; round < 5; round += 1) {
    const [lon, lat] = wgs84ToGcj02(guess);
    guess = [guess[0] + point[0] - lon, guess[1] + point[1] - lat];
  }
  return guess;
}

/** Web Mercator in units of the whole world, 0 to 1. */
export const toWorld = ([lon, lat]: LonLat): LonLat => [
  (lon + 180) / 360,
  0.5 - Math.log(Math.tan(Math.PI / 4 + (lat * rad) / 2)) / (2 * Math.PI),
];
export const fromWorld = ([x, y]: LonLat): LonLat => [x * 360 - 180, (2 * Math.atan(Math.exp((0.5 - y) * 2 * Math.PI)) - Math.PI / 2) / rad];

/** "31.95012, 118.84003": latitude first, as people read it. */
export const words = ([lon, lat]: LonLat): string => `${lat.toFixed(5)}, ${lon.toFixed(5)}`;

export function parseLonLat(text: string | undefined): LonLat | undefined {
  const [lon, lat] = (text ?? "").split(",").map(Number);
  return lon !== undefined && lat !== undefined && Number.isFinite(lon) && Number.isFinite(lat) && text?.includes(",") ? [lon, lat] : undefined;
}

export type Bounds = [LonLat, LonLat];

/** "west,south,east,north" of an area, or "lon,lat" of a point. */
export function parseBounds(text: string | undefined): Bounds | undefined {
  const [west, south, east = west, north = south] = (text || "?").split(",").map(Number);
  return [west, south, east, north].every(Number.isFinite) ? ([[west, south], [east, north]] as Bounds) : undefined;
}

/** West-south and east-north corners of whatever is in the collection. */
export function boundsOf(data: GeoJSON.FeatureCollection): Bounds | undefined {
  const box: Bounds = [
    [Infinity, Infinity],
    [-Infinity, -Infinity],
  ];
  const take = (part: unknown): void => {
    if (!Array.isArray(part)) return;
    if (typeof part[0] !== "number") return part.forEach(take);
    const [lon, lat] = part as LonLat;
    box[0] = [Math.min(box[0][0], lon), Math.min(box[0][1], lat)];
    box[1] = [Math.max(box[1][0], lon), Math.max(box[1][1], lat)];
  };
  for (const { geometry } of data.features) if (geometry && "coordinates" in geometry) take(geometry.coordinates);
  return Number.isFinite(box[0][0]) ? box : undefined;
}
