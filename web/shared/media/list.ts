/** Files on their way: preview, progress, retry, remove, and one hidden input for each that has arrived. */
import { el, iconButton } from "../dom";
import type { LonLat } from "../geo";
import { t } from "../i18n";
import { send, type Sending, type Stored } from "./send";

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

export interface Options {
  url: string;
  name: string;
  stage?: string | undefined;
  changed?: () => void;
}

class Upload {
  readonly root: HTMLLIElement;
  state: "waiting" | "sending" | "done" | "failed" = "waiting";
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
      this.arrive(await this.sending.done, place);
    } catch (error) {
      this.show("failed", error instanceof Error && error.message ? error.message : t("upload.failed"));
    }
  }

  private progress(share: number): void {
    const percent = Math.round(share * 100);
    this.bar.value = percent;
    if (percent % 25 === 0) this.status.textContent = t("upload.sending", { percent: `${percent}%` });
  }

  private arrive(stored: Stored, own: LonLat | undefined): void {
    this.input.name = this.list.options.name;
    this.input.value = stored.id;
    this.root.append(this.input);
    this.show("done", t("upload.done"));
    const place = stored.place ?? (own && { lon: own[0], lat: own[1] });
    this.root.dispatchEvent(new CustomEvent("media:stored", { bubbles: true, detail: { ...stored, place } }));
  }

  private show(state: Upload["state"], text: string): void {
    this.state = state;
    this.root.dataset.status = state;
    this.status.textContent = text;
    this.bar.hidden = state === "done" || state === "failed";
    this.retry.hidden = state !== "failed";
    this.list.changed();
  }

  private remove(): void {
    this.sending?.stop();
    this.item.release?.();
    const next = (this.root.nextElementSibling ?? this.root.previousElementSibling)?.querySelector<HTMLElement>("button:not([hidden])");
    this.root.remove();
    this.list.drop(this);
    (next ?? this.list.root.querySelector<HTMLElement>(".upload-buttons input, .recorder button"))?.focus(); // not lost with the row
  }
}

/** A form waits until its files have arrived, then goes by itself; files that failed must be mended or removed first. */
export class UploadList {
  private uploads: Upload[] = [];
  private readonly ul = el("ul", { class: "upload-list" });
  private readonly note = el("div", { class: "field-error", role: "alert", hidden: true });
  private held: { form: HTMLFormElement; submitter: HTMLElement | null } | undefined;

  constructor(
    readonly root: HTMLElement,
    readonly options: Options,
  ) {
    root.prepend(this.ul, this.note);
    root.closest("form")?.addEventListener("submit", (event) => this.hold(event), { capture: true });
  }

  get count(): number {
    return this.uploads.length;
  }

  add(item: Item): void {
    const upload = new Upload(item, this);
    this.uploads.push(upload);
    this.ul.append(upload.root);
    void upload.start();
  }

  drop(upload: Upload): void {
    this.uploads = this.uploads.filter((other) => other !== upload);
    this.changed();
  }

  say(text: string): void {
    this.note.textContent = text;
    this.note.hidden = !text;
  }

  changed(): void {
    const failed = this.uploads.some(({ state }) => state === "failed");
    const busy = this.uploads.some(({ state }) => state === "waiting" || state === "sending");
    if (!failed && !this.held) this.say("");
    this.options.changed?.();
    if (!this.held || busy) return;
    const { form, submitter } = this.held;
    this.held = undefined;
    submitter?.removeAttribute("aria-busy");
    this.say(failed ? t("upload.mend") : "");
    if (!failed) form.requestSubmit(submitter);
  }

  private hold(event: SubmitEvent): void {
    const open = this.uploads.filter(({ state }) => state !== "done");
    if (!open.length) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (open.every(({ state }) => state === "failed")) return this.say(t("upload.mend"));
    this.held = { form: event.target as HTMLFormElement, submitter: event.submitter };
    event.submitter?.setAttribute("aria-busy", "true");
    this.say(t("upload.wait"));
  }
}
