/** Files on their way: preview, progress, retry, remove, and one hidden input for each that has arrived. */
import { el, iconButton } from "../dom";
import type { LonLat } from "../geo";
import { t } from "../i18n";
import { join } from "../sending";
import { Refused, send, type Sending } from "./send";

export interface Prepared {
  file: File;
  place?: LonLat | undefined;
}

export interface Item {
  name: string;
  preview: HTMLElement;
  prepare: () => Promise<Prepared>;
  release?: () => void;
}

/** An upload the draft of this form remembers: it has arrived, and no report has it yet. */
export interface Kept {
  id: string;
  at: number;
  thumb?: string | undefined;
}

export interface Options {
  url: string;
  name: string;
  stage?: string | undefined;
  changed?: () => void;
  /** True while something is still being made that will be added. */
  isMaking?: () => boolean;
  /** Ends that. */
  endMaking?: () => void;
}

class Upload {
  readonly root: HTMLLIElement;
  state: "waiting" | "sending" | "done" | "failed" = "waiting";
  private hopeless = false;
  private readonly status = el("div", { class: "upload-status", role: "status" }, t("upload.preparing"));
  private readonly bar = el("progress", { max: "100", value: "0" });
  private readonly retry: HTMLButtonElement;
  private readonly input = el("input", { type: "hidden" });
  private sending: Sending | undefined;

  constructor(
    readonly item: Item,
    private readonly list: UploadList,
  ) {
    this.retry = iconButton(t("upload.retry"), "retry", { hidden: true });
    const remove = iconButton(t("upload.remove", { name: item.name }), "trash");
    this.bar.setAttribute("aria-label", item.name);
    const middle = el("div", {}, el("div", {}, item.name), this.status, this.bar);
    this.root = el("li", { class: "upload-item" }, item.preview, middle, el("div", { class: "upload-tools" }, this.retry, remove));
    this.retry.addEventListener("click", () => void this.start());
    remove.addEventListener("click", () => this.remove());
  }

  async start(): Promise<void> {
    this.show("waiting", t("upload.preparing"));
    try {
      const { file, place } = await this.item.prepare();
      this.show("sending", t("upload.sending", { percent: "0%" }));
      const { url, stage } = this.list.options;
      this.sending = send(url, file, { ...(place && { place }), ...(stage && { stage }) }, (share) => this.progress(share));
      const stored = await this.sending.done;
      this.arrive(stored.id, Date.now());
      const where = stored.place ?? (place && { lon: place[0], lat: place[1] });
      this.root.dispatchEvent(new CustomEvent("media:stored", { bubbles: true, detail: { ...stored, place: where } }));
    } catch (error) {
      this.fail(error);
    }
  }

  arrive(id: string, at: number): void {
    this.input.name = this.list.options.name;
    this.input.value = id;
    this.input.dataset.at = String(at);
    this.root.append(this.input);
    this.show("done", t("upload.done"));
  }

  /** Once more, if that can help: what the server can't read stays unreadable. */
  again(): void {
    if (this.state === "failed" && !this.hopeless) void this.start();
  }

  remove(): void {
    this.sending?.stop();
    this.item.release?.();
    const next = (this.root.nextElementSibling ?? this.root.previousElementSibling)?.querySelector<HTMLElement>("button:not([hidden])");
    this.root.remove();
    this.list.drop(this);
    (next ?? this.list.root.querySelector<HTMLElement>(".upload-buttons input, .recorder button"))?.focus(); // not lost with the row
  }

  private fail(error: unknown): void {
    this.hopeless = error instanceof Refused && error.forGood;
    const words = error instanceof Error && error.message ? error.message : t("upload.failed");
    this.show("failed", this.hopeless ? `${words} ${t("upload.another")}` : words);
  }

  private progress(share: number): void {
    const percent = Math.round(share * 100);
    this.bar.value = percent;
    if (percent % 25 === 0) this.status.textContent = t("upload.sending", { percent: `${percent}%` });
  }

  private show(state: Upload["state"], text: string): void {
    this.state = state;
    this.root.dataset.status = state;
    this.status.textContent = text;
    this.bar.hidden = state === "done" || state === "failed";
    this.retry.hidden = state !== "failed" || this.hopeless;
    this.list.changed();
  }
}

/** The files of one part of a form. A form that is sent waits for them; what failed is mended or left out first. */
export class UploadList {
  private uploads: Upload[] = [];
  private readonly ul = el("ul", { class: "upload-list" });
  private readonly note = el("div", { class: "field-error", role: "alert", hidden: true });
  private waiting: (() => void)[] = [];

  constructor(
    readonly root: HTMLElement,
    readonly options: Options,
  ) {
    root.prepend(this.ul, this.note);
    join({ root, progress: () => this.progress(), finish: () => this.finish(), showFailed: (go) => this.showFailed(go) });
    window.addEventListener("online", () => this.uploads.forEach((upload) => upload.again()));
  }

  get count(): number {
    return this.uploads.length;
  }

  add(item: Item): void {
    void this.take(item).start();
  }

  /** One that had arrived before the page was left. */
  restore(name: string, preview: HTMLElement, { id, at }: Kept): void {
    this.take({ name, preview, prepare: () => Promise.reject(new Error()) }).arrive(id, at);
  }

  drop(upload: Upload): void {
    this.uploads = this.uploads.filter((other) => other !== upload);
    this.changed();
  }

  say(text: string, ...more: Node[]): void {
    this.note.replaceChildren(text, ...more);
    this.note.hidden = !text;
  }

  changed(): void {
    if (!this.failed.length) this.say("");
    this.options.changed?.();
    if (!this.isBusy) this.waiting.splice(0).forEach((go) => go());
    this.root.dispatchEvent(new CustomEvent("media:changed", { bubbles: true }));
  }

  private take(item: Item): Upload {
    const upload = new Upload(item, this);
    this.uploads.push(upload);
    this.ul.append(upload.root);
    return upload;
  }

  private get failed(): Upload[] {
    return this.uploads.filter(({ state }) => state === "failed");
  }

  private get isBusy(): boolean {
    return !!this.options.isMaking?.() || this.uploads.some(({ state }) => state === "waiting" || state === "sending");
  }

  private progress(): { count: number; done: number } {
    return { count: this.count + Number(!!this.options.isMaking?.()), done: this.uploads.filter(({ state }) => state === "done").length };
  }

  private async finish(): Promise<boolean> {
    this.options.endMaking?.();
    if (this.isBusy) await new Promise<void>((go) => this.waiting.push(go));
    return !this.failed.length;
  }

  private showFailed(sendAnyway: () => void): void {
    const without = el("button", { type: "button", class: "btn" }, t("upload.without"));
    without.addEventListener("click", () => {
      this.failed.forEach((upload) => upload.remove());
      sendAnyway();
    });
    this.say(t("upload.mend"), without);
    const first = this.failed[0]?.root;
    first?.scrollIntoView({ block: "center" });
    first?.querySelector<HTMLElement>("button:not([hidden])")?.focus({ preventScroll: true });
  }
}
