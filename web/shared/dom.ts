/** A few short ways to the DOM. Styles are set through classes and CSSOM only: our policy refuses inline style. */

type Props = Record<string, string | boolean | undefined>;

export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Props = {},
  ...children: (Node | string | undefined)[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === false) continue;
    node.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children) if (child !== undefined) node.append(child);
  return node;
}

/** A symbol of the sprite that the base template carries. */
export function icon(name: string, className = "icon"): SVGSVGElement {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("class", className);
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

export function button(label: string, name: string, extra: Props = {}): HTMLButtonElement {
  return el("button", { type: "button", class: "btn", ...extra }, icon(name), label);
}

export function iconButton(label: string, name: string, extra: Props = {}): HTMLButtonElement {
  return el("button", { type: "button", class: "btn btn-quiet btn-icon", "aria-label": label, title: label, ...extra }, icon(name));
}

/** The JSON of a script block, or nothing. */
export function json<T>(id: string | undefined): T | undefined {
  const text = id ? document.getElementById(id)?.textContent : undefined;
  return text ? (JSON.parse(text) as T) : undefined;
}

/** The closest root to look in for hidden inputs: the form, else the element itself. */
export function hidden(root: HTMLElement, name: string, value: string): HTMLInputElement {
  const found = [...root.querySelectorAll<HTMLInputElement>("input[type=hidden]")].find((input) => input.name === name);
  const input = found ?? el("input", { type: "hidden", name });
  input.value = value;
  if (!found) root.append(input);
  return input;
}

export const csrfToken = (): string => document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";

export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  if (target instanceof HTMLInputElement) return !["checkbox", "radio", "button", "submit", "file", "range"].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

export const prefersStill = (): boolean => window.matchMedia?.("(prefers-reduced-motion: reduce)").matches ?? false;
