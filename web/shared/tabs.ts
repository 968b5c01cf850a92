/** Tabs that don't fit scroll sideways; the current one is in sight when the page opens. */
export function showCurrentTabs(): void {
  for (const current of document.querySelectorAll<HTMLElement>(".tabs > [aria-current]")) {
    const tabs = current.parentElement;
    if (tabs) tabs.scrollLeft = placeInSight(current.offsetLeft - tabs.offsetLeft, current.offsetWidth, tabs.clientWidth);
  }
}

/** How far to scroll so that something stands in the middle; never less than nothing. */
export function placeInSight(begin: number, width: number, room: number): number {
  return Math.max(0, begin - (room - width) / 2);
}
