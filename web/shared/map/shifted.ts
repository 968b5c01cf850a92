/**
 * A base map in GCJ-02 laid under WGS84 data: each tile is put together from the (at most four) tiles that show the same ground.
 * The shift is nearly constant within a tile, so one offset a tile is enough.
 */
import { fromWorld, toWorld, wgs84ToGcj02 } from "../geo";

const SIDE = 256;

export interface Part {
  x: number;
  y: number;
  left: number;
  top: number;
}

/** Which GCJ-02 tiles cover a WGS84 tile, and where they lie on it, in pixels. */
export function parts(z: number, x: number, y: number): Part[] {
  const count = 2 ** z;
  const middle: [number, number] = [(x + 0.5) / count, (y + 0.5) / count];
  const moved = toWorld(wgs84ToGcj02(fromWorld(middle)));
  const column = moved[0] * count - 0.5;
  const row = moved[1] * count - 0.5;
  const found: Part[] = [];
  for (let dy = 0; dy < 2; dy += 1) {
    for (let dx = 0; dx < 2; dx += 1) {
      const [px, py] = [Math.floor(column) + dx, Math.floor(row) + dy];
      const part = { x: px, y: py, left: Math.round((px - column) * SIDE), top: Math.round((py - row) * SIDE) };
      const isSeen = part.left < SIDE && part.top < SIDE && part.left > -SIDE && part.top > -SIDE;
      if (isSeen && py >= 0 && py < count) found.push({ ...part, x: ((px % count) + count) % count });
    }
  }
  return found;
}

async function picture(url: string, signal: AbortSignal): Promise<ImageBitmap> {
  const answer = await fetch(url, { signal });
  if (!answer.ok) throw new Error(`${answer.status} ${url}`);
  return createImageBitmap(await answer.blob());
}

/** The loader of the protocol `gcj02:`, whose address is `gcj02://{z}/{x}/{y}!<template>`. */
export async function loadShifted(url: string, signal: AbortSignal): Promise<ImageBitmap> {
  const [, z, x, y, template] = /^gcj02:\/\/(\d+)\/(\d+)\/(\d+)!(.*)$/.exec(url) ?? [];
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE;
  const context = canvas.getContext("2d");
  const work = parts(Number(z), Number(x), Number(y)).map(async (part) => {
    const address = decodeURIComponent(template ?? "").replace("{z}", z ?? "").replace("{x}", String(part.x)).replace("{y}", String(part.y));
    const tile = await picture(address, signal);
    context?.drawImage(tile, part.left, part.top, SIDE, SIDE);
    tile.close();
  });
  await Promise.all(work);
  return createImageBitmap(canvas);
}

export const shiftedTemplate = (template: string): string => `gcj02://{z}/{x}/{y}!${encodeURIComponent(template)}`;
