import { expect, test } from "vitest";
import { useTexts } from "../i18n";
import { placeInJpeg } from "../media/exif";
import { clock } from "../media/recorder";
import { problemText } from "../media/send";
import { fitted } from "../media/shrink";

/** A JPEG header with nothing but a GPS directory: 31°57′0″ N, 118°50′24″ E. */
function jpeg(little: boolean, south = false): DataView {
  const view = new DataView(new ArrayBuffer(256));
  const TIFF = 12;
  const u16 = (at: number, value: number): void => view.setUint16(TIFF + at, value, little);
  const u32 = (at: number, value: number): void => view.setUint32(TIFF + at, value, little);
  view.setUint16(0, 0xffd8);
  view.setUint16(2, 0xffe1);
  view.setUint16(4, 250);
  view.setUint32(6, 0x45786966);
  view.setUint16(TIFF, little ? 0x4949 : 0x4d4d);
  u16(2, 42);
  u32(4, 8);
  u16(8, 1);
  entry(10, 0x8825, 4, 1, 30);
  u16(30, 4);
  entry(32, 1, 2, 2, 0);
  view.setUint8(TIFF + 40, (south ? "S" : "N").charCodeAt(0));
  entry(44, 2, 5, 3, 100);
  entry(56, 3, 2, 2, 0);
  view.setUint8(TIFF + 64, "E".charCodeAt(0));
  entry(68, 4, 5, 3, 130);
  [31, 1, 57, 1, 0, 1].forEach((value, n) => u32(100 + n * 4, value));
  [118, 1, 50, 1, 24, 1].forEach((value, n) => u32(130 + n * 4, value));
  return view;

  function entry(at: number, tag: number, kind: number, count: number, value: number): void {
    u16(at, tag);
    u16(at + 2, kind);
    u32(at + 4, count);
    u32(at + 8, value);
  }
}

test.each([true, false])("the place of a photo, little endian %s", (little) => {
  const [lon, lat] = placeInJpeg(jpeg(little)) ?? [0, 0];
  expect(lon).toBeCloseTo(118.84, 6);
  expect(lat).toBeCloseTo(31.95, 6);
});
test("south is negative", () => expect(placeInJpeg(jpeg(true, true))?.[1]).toBeCloseTo(-31.95, 6));
test("anything else has no place", () => {
  expect(placeInJpeg(new DataView(new ArrayBuffer(2)))).toBeUndefined();
  expect(placeInJpeg(new DataView(new TextEncoder().encode("<html>not a photo</html>").buffer))).toBeUndefined();
});

test("a photo is fitted into 2048 and never enlarged", () => {
  expect(fitted(4000, 3000)).toEqual([2048, 1536]);
  expect(fitted(3000, 4000)).toEqual([1536, 2048]);
  expect(fitted(800, 600)).toEqual([800, 600]);
});

test("the time of a recording", () => expect([clock(0), clock(9.8), clock(75)]).toEqual(["0:00", "0:09", "1:15"]));

test("a problem speaks for itself, else the page does", () => {
  useTexts({ "upload.failed": "not sent" });
  expect(problemText('{"title": "Too large", "detail": "At most 15 MB."}')).toBe("At most 15 MB.");
  expect(problemText('{"title": "Too large"}')).toBe("Too large");
  expect(problemText("<html>")).toBe("not sent");
});
