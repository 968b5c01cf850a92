/**
 * One task for a report, by a suggestion or from the whole list: the last choice counts. The list always shows it,
 * so that it survives other suggestions and comes back with a draft. A few letters make the list short.
 */
export function taskChoice(root: HTMLElement): void {
  const list = root.querySelector("select");
  const filter = root.querySelector<HTMLInputElement>("input[type=search]");
  if (!list || !filter) return;
  const radios = (): HTMLInputElement[] => [...root.querySelectorAll<HTMLInputElement>("input[type=radio]")];
  const mark = (): void => radios().forEach((radio) => (radio.checked = !!list.value && radio.value === list.value));
  root.addEventListener("change", ({ target }) => {
    if (target instanceof HTMLInputElement && target.type === "radio") list.value = target.value;
    else if (target === list) mark();
  });
  root.addEventListener("htmx:afterSettle", mark);
  const all = [...list.options];
  filter.addEventListener("input", () => {
    const wanted = filter.value.trim().toLowerCase();
    list.replaceChildren(...all.filter((one) => !one.value || one.selected || one.text.toLowerCase().includes(wanted)));
    list.size = wanted ? Math.min(6, Math.max(2, list.options.length)) : 0;
  });
}
