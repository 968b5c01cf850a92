/** The place a photo carries, read on the device before the picture is made smaller. Nothing else of it is read. */
import type { LonLat } from "../geo";

const HEAD_BYTES = 256 * 1024;

export async function placeOf(file: Blob): Promise<LonLat | undefined> {
  try {
    return placeInJpeg(new DataView(await file.slice(0, HEAD_BYTES).arrayBuffer()));
  } catch {
    return undefined; // a broken header is a photo without a place
  }
}

export function placeInJpeg(view: DataView): LonLat | undefined {
  if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return undefined;
  let at = 2;
  while (at + 10 < view.byteLength && view.getUint8(at) === 0xff) {
    const marker = view.getUint8(at + 1);
    const isExif = marker === 0xe1 && view.getUint32(at + 4) === 0x45786966;
    if (isExif) return placeInTiff(new DataView(view.buffer, view.byteOffset + at + 10));
    if (marker === 0xda) return undefined;
    at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}

const GPS_DIRECTORY = 0x8825;

function placeInTiff(tiff: DataView): LonLat | undefined {
  const little = tiff.getUint16(0) === 0x4949;
  const u16 = (at: number): number => tiff.getUint16(at, little);
  const u32 = (at: number): number => tiff.getUint32(at, little);
  const entries = (at: number): Map<number, number> => {
    const found = new Map<number, number>();
    for (let n = 0; n < u16(at); n += 1) found.set(u16(at + 2 + n * 12), at + 2 + n * 12);
    return found;
  };
  const pointer = entries(u32(4)).get(GPS_DIRECTORY);
  if (pointer === undefined) return undefined;
  const gps = entries(u32(pointer + 8));
  const degrees = (tag: number): number => {
    const at = u32((gps.get(tag) ?? NaN) + 8);
    const part = (n: number): number => u32(at + n * 8) / u32(at + n * 8 + 4);
    return part(0) + part(1) / 60 + part(2) / 3600;
  };
  const letter = (tag: number): string => String.fromCharCode(tiff.getUint8((gps.get(tag) ?? NaN) + 8));
  if (![1, 2, 3, 4].every((tag) => gps.has(tag))) return undefined;
  const lat = degrees(2) * (letter(1) === "S" ? -1 : 1);
  const lon = degrees(4) * (letter(3) === "W" ? -1 : 1);
  const sound = Math.abs(lat) <= 90 && Math.abs(lon) <= 180 && (lat !== 0 || lon !== 0);
  return sound ? [lon, lat] : undefined;
}
