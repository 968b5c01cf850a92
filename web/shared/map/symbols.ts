/** The lights as pictures for the map: the same four shapes as in the pages, with a rim so that they stand out from any ground. */
import type { Map as MapLibre } from "maplibre-gl";
import type { Colours } from "./colours";

const SIZE = 22;
const RATIO = 2;

type Draw = (path: CanvasRenderingContext2D) => void;

const DRAW: Record<string, Draw> = {
  green: (path) => path.arc(11, 11, 7, 0, Math.PI * 2),
  yellow: (path) => {
    path.moveTo(11, 3);
    path.lineTo(19, 17.5);
    path.lineTo(3, 17.5);
    path.closePath();
  },
  red: (path) => path.rect(4.5, 4.5, 13, 13),
  grey: (path) => {
    path.rect(5, 4.5, 4.6, 13);
    path.rect(12.4, 4.5, 4.6, 13);
  },
  plain: (path) => path.arc(11, 11, 6, 0, Math.PI * 2),
};

function picture(draw: Draw, fill: string, rim: string): ImageData | undefined {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIZE * RATIO;
  const context = canvas.getContext("2d");
  if (!context) return undefined;
  context.scale(RATIO, RATIO);
  context.beginPath();
  draw(context);
  context.lineJoin = "round";
  context.lineWidth = 3.2;
  context.strokeStyle = rim;
  context.stroke();
  context.fillStyle = fill;
  context.fill();
  return context.getImageData(0, 0, SIZE * RATIO, SIZE * RATIO);
}

export function addSymbols(map: MapLibre, c: Colours): void {
  const fills: Record<string, string> = { green: c.green, yellow: c.yellow, red: c.red, grey: c.grey, plain: c.accent };
  for (const [name, draw] of Object.entries(DRAW)) {
    const image = picture(draw, fills[name] ?? c.accent, c.surface);
    if (image && !map.hasImage(`light-${name}`)) map.addImage(`light-${name}`, image, { pixelRatio: RATIO });
  }
}
