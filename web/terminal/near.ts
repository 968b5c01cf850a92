/** Cases near me first, within each day: the phone's position is used here and goes nowhere. */
import type { LonLat } from "../shared/geo";

const EARTH_M = 6_371_008;
const rad = (degrees: number): number => (degrees * Math.PI) / 180;

/** Metres along the great circle: enough to sort by. */
export function metresBetween([lon1, lat1]: LonLat, [lon2, lat2]: LonLat): number {
  const half = (a: number, b: number): number => Math.sin((rad(b) - rad(a)) / 2) ** 2;
  const h = half(lat1, lat2) + Math.cos(rad(lat1)) * Math.cos(rad(lat2)) * half(lon1, lon2);
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** Overdue ones are one day to the worker: the past. Cases without a deadline come last. */
const dayOf = ({ light, day }: DOMStringMap): string => (light === "red" ? "0" : day || "9");

function placeOf({ lon, lat }: DOMStringMap): LonLat | undefined {
  return lon && lat ? [Number(lon), Number(lat)] : undefined;
}

export function sortNear(list: HTMLElement, here: LonLat, words: (metres: number) => string): void {
  const rows = [...list.querySelectorAll<HTMLElement>(":scope > li")].map((row) => {
    const place = placeOf(row.dataset);
    return { row, day: dayOf(row.dataset), metres: place ? metresBetween(here, place) : Infinity };
  });
  for (const { row, metres } of rows) {
    const face = row.querySelector<HTMLElement>(".distance");
    if (!face || metres === Infinity) continue;
    face.textContent = words(metres);
    face.hidden = false;
  }
  rows.sort((a, b) => (a.day === b.day ? a.metres - b.metres : a.day < b.day ? -1 : 1));
  list.append(...rows.map(({ row }) => row));
}

export function near(root: HTMLElement): void {
  const status = document.getElementById("near-status");
  const { busy = "", denied = "", sorted = "", metres: m = "{n} m", kilometres: km = "{n} km" } = root.dataset;
  const say = (text: string): void => void (status && (status.textContent = text));
  const words = (far: number): string => (far < 1000 ? m.replace("{n}", String(Math.round(far / 10) * 10)) : km.replace("{n}", (far / 1000).toFixed(1)));
  if (!("geolocation" in navigator)) return void (root.hidden = true);
  root.addEventListener("click", () => {
    say(busy);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        for (const list of document.querySelectorAll<HTMLElement>("[data-near]")) sortNear(list, [coords.longitude, coords.latitude], words);
        say(sorted);
      },
      () => say(denied),
      { enableHighAccuracy: true, timeout: 15_000, maximumAge: 60_000 },
    );
  });
}
