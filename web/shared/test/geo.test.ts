import { describe, expect, test } from "vitest";
import { boundsOf, fromWorld, gcj02ToWgs84, parseLonLat, toWorld, wgs84ToGcj02, type LonLat } from "../geo";
import { parts, shiftedTemplate } from "../map/shifted";

describe("GCJ-02", () => {
  test("moves a point in Beijing as published", () => {
    const [lon, lat] = wgs84ToGcj02([116.397, 39.908]);
    expect(lon).toBeCloseTo(116.40324, 4);
    expect(lat).toBeCloseTo(39.9094, 4);
  });
  test("comes back to within a millimetre", () => {
    for (const point of [[118.84, 31.95], [73.6, 39.4], [121.5, 25.1], [126.6, 45.8]] as LonLat[]) {
      const [lon, lat] = gcj02ToWgs84(wgs84ToGcj02(point));
      expect(Math.abs(lon - point[0])).toBeLessThan(1e-8);
      expect(Math.abs(lat - point[1])).toBeLessThan(1e-8);
    }
  });
  test("leaves the rest of the world alone", () => expect(wgs84ToGcj02([2.35, 48.86])).toEqual([2.35, 48.86]));
});

describe("a shifted tile", () => {
  test("is covered without a hole", () => {
    const found = parts(16, 54390, 26700);
    const area = found.reduce((sum, { left, top }) => sum + Math.max(0, Math.min(256, left + 256) - Math.max(0, left)) * Math.max(0, Math.min(256, top + 256) - Math.max(0, top)), 0);
    expect(area).toBe(256 * 256);
    expect(found.length).toBe(4);
  });
  test("is the tile itself outside the shifted frame", () => expect(parts(5, 16, 11)).toEqual([{ x: 16, y: 11, left: 0, top: 0 }]));
});

test("the address of a shifted tile is one the library hands to its protocol", () => {
  expect(shiftedTemplate("https://tiles.example/{z}/{x}/{y}.png")).toMatch(/^gcj02:\/\/\{z\}\/\{x\}\/\{y\}!https%3A/);
});

test("Web Mercator and back", () => {
  const [lon, lat] = fromWorld(toWorld([118.84, 31.95]));
  expect(lon).toBeCloseTo(118.84, 9);
  expect(lat).toBeCloseTo(31.95, 9);
});

test("bounds of points and polygons together", () => {
  const data: GeoJSON.FeatureCollection = {
    type: "FeatureCollection",
    features: [
      { type: "Feature", properties: {}, geometry: { type: "Point", coordinates: [1, 5] } },
      { type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates: [[[2, 2], [4, 2], [4, 3], [2, 2]]] } },
    ],
  }; // prettier-ignore
  expect(boundsOf(data)).toEqual([[1, 2], [4, 5]]); // prettier-ignore
  expect(boundsOf({ type: "FeatureCollection", features: [] })).toBeUndefined();
});

test.each([
  ["118.84,31.95", [118.84, 31.95]],
  ["", undefined],
  ["118.84", undefined],
  ["a,b", undefined],
])("%s is read as %s", (text, place) => expect(parseLonLat(text)).toEqual(place));
