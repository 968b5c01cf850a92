import { expect, test } from "vitest";
import { metresBetween, sortNear } from "../../terminal/near";

test("a hundredth of a degree of latitude is about 1,112 m", () => {
  expect(metresBetween([119, 32], [119, 32.01])).toBeCloseTo(1112, 0);
  expect(metresBetween([119, 32], [119, 32])).toBe(0);
});

test("overdue first, then by day, then near before far; those without a place or deadline last", () => {
  const rows: [string, string, string, string][] = [
    ["far", "20261124", "", "119.03"],
    ["late", "20261130", "red", "119.09"],
    ["near", "20261124", "", "119.01"],
    ["open", "", "", "119.00"],
    ["nowhere", "20261124", "", ""],
    ["tomorrow", "20261125", "", "119.00"],
  ];
  document.body.innerHTML = `<ul>${rows.map(([id, day, light, lon]) => `<li id="${id}" data-day="${day}" data-light="${light}" data-lon="${lon}" data-lat="${lon && "32"}"><span class="distance" hidden></span></li>`).join("")}</ul>`;
  const list = document.querySelector("ul") as HTMLElement;
  sortNear(list, [119, 32], (metres) => `${Math.round(metres)} m`);
  expect([...list.children].map(({ id }) => id)).toEqual(["late", "near", "far", "nowhere", "tomorrow", "open"]);
  expect(document.querySelector("#near .distance")?.textContent).toBe("943 m");
  expect(document.querySelector<HTMLElement>("#nowhere .distance")?.hidden).toBe(true);
});
