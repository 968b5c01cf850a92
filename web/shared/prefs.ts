/** Theme and text size, kept in cookies so that the server draws the page right at once. */

const YEAR_S = 31_536_000;

function remember(name: string, value: string): void {
  const age = value ? YEAR_S : 0;
  document.cookie = `${name}=${value}; path=/; max-age=${age}; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
}

function apply(kind: "theme" | "size", value: string): void {
  const root = document.documentElement;
  if (value) root.dataset[kind] = value;
  else delete root.dataset[kind];
  remember(`wg_${kind}`, value);
  if (kind === "size") document.querySelectorAll<HTMLDetailsElement>("[data-elder-fold]").forEach((fold) => (fold.open = value !== "elder"));
  document.querySelectorAll<HTMLElement>(`[data-set-${kind}]`).forEach((button) => {
    const own = kind === "theme" ? button.dataset.setTheme : button.dataset.setSize;
    button.setAttribute("aria-pressed", String((own ?? "") === value));
  });
  root.dispatchEvent(new CustomEvent("prefs:changed", { bubbles: true }));
}

export const isDark = (): boolean => {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : (window.matchMedia?.("(prefers-color-scheme: dark)").matches ?? false);
};

export function startPrefs(): void {
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-set-theme], [data-set-size]");
    if (!button) return;
    event.preventDefault(); // where it is a form for browsers without JavaScript
    if (button.dataset.setTheme !== undefined) apply("theme", button.dataset.setTheme);
    if (button.dataset.setSize !== undefined) apply("size", button.dataset.setSize);
  });
  window.matchMedia?.("(prefers-color-scheme: dark)").addEventListener("change", () => {
    document.documentElement.dispatchEvent(new CustomEvent("prefs:changed", { bubbles: true }));
  });
}
