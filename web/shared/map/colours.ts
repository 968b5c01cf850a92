/** The map takes its colours from the tokens, so that it follows the theme like everything else. */
export interface Colours {
  paper: string;
  land: string;
  line: string;
  lineStrong: string;
  label: string;
  accent: string;
  surface: string;
  ink: string;
  green: string;
  yellow: string;
  red: string;
  grey: string;
}

const TOKENS: Record<keyof Colours, string> = {
  paper: "--map-paper",
  land: "--map-land",
  line: "--map-line",
  lineStrong: "--map-line-strong",
  label: "--map-label",
  accent: "--accent",
  surface: "--surface",
  ink: "--ink",
  green: "--green",
  yellow: "--yellow",
  red: "--red",
  grey: "--grey",
};

export function colours(): Colours {
  const style = getComputedStyle(document.documentElement);
  const pairs = Object.entries(TOKENS).map(([name, token]) => [name, style.getPropertyValue(token).trim() || "#888"]);
  return Object.fromEntries(pairs) as unknown as Colours;
}
