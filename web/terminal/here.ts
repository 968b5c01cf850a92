/** A worker stands where the matter is: with the position allowed before, the place is filled in without a tap. */
export async function here(root: HTMLElement): Promise<void> {
  const picker = root.querySelector<HTMLElement>('[data-island="place-picker"]');
  if (!picker || picker.dataset.lon || !navigator.permissions) return;
  const { state } = await navigator.permissions.query({ name: "geolocation" });
  if (state !== "granted") return;
  const tap = (): boolean => {
    const button = picker.querySelector<HTMLButtonElement>(".upload-buttons button");
    if (!button || picker.dataset.ready === undefined) return false;
    button.click();
    return true;
  };
  if (tap()) return;
  const watch = new MutationObserver(() => tap() && watch.disconnect());
  watch.observe(picker, { attributes: true, attributeFilter: ["data-ready"] });
}
