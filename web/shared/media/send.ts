/** One file to the server, with progress. A refusal comes back as the words of its problem (RFC 9457). */
import { csrfToken } from "../dom";
import type { LonLat } from "../geo";
import { t } from "../i18n";

export interface Stored {
  id: string;
  kind: string;
  width?: number;
  height?: number;
  place?: { lon: number; lat: number } | null;
}

export interface Sending {
  done: Promise<Stored>;
  stop: () => void;
}

interface Problem {
  title?: string;
  detail?: string;
}

/** The server's own answer. `forGood`: sending the same file again can't help. */
export class Refused extends Error {
  constructor(
    words: string,
    readonly status: number,
  ) {
    super(words);
  }

  get forGood(): boolean {
    return this.status >= 400 && this.status < 500 && this.status !== 429 && this.status !== 403;
  }
}

export function problemText(body: string): string {
  try {
    const { title, detail } = JSON.parse(body) as Problem;
    return detail ?? title ?? t("upload.failed");
  } catch {
    return t("upload.failed");
  }
}

export function send(url: string, file: File, extra: { place?: LonLat; stage?: string }, progress: (share: number) => void): Sending {
  const request = new XMLHttpRequest();
  const form = new FormData();
  form.append("file", file, file.name);
  if (extra.place) {
    form.append("lon", String(extra.place[0]));
    form.append("lat", String(extra.place[1]));
  }
  if (extra.stage) form.append("stage", extra.stage);
  const done = new Promise<Stored>((resolve, reject) => {
    request.upload.addEventListener("progress", (event) => event.lengthComputable && progress(event.loaded / event.total));
    request.addEventListener("load", () => {
      if (request.status >= 200 && request.status < 300) resolve(JSON.parse(request.responseText) as Stored);
      else reject(new Refused(problemText(request.responseText), request.status));
    });
    for (const name of ["error", "timeout", "abort"]) request.addEventListener(name, () => reject(new Error(t("upload.failed"))));
  });
  request.open("POST", url);
  request.timeout = 180_000;
  request.setRequestHeader("Accept", "application/json");
  request.setRequestHeader("X-CSRFToken", csrfToken());
  request.send(form);
  return { done, stop: () => request.abort() };
}
