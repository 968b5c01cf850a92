/** A recording made in the browser: start, pause, listen, delete, with the time that is left. */
import { button, el, icon } from "../dom";
import { keptIn } from "../draft";
import { t } from "../i18n";
import { UploadList } from "./list";

const KINDS = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];

export const clock = (seconds: number): string => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

const kind = (): string | undefined => KINDS.find((candidate) => MediaRecorder.isTypeSupported(candidate));

function isSupported(): boolean {
  return typeof MediaRecorder !== "undefined" && !!navigator.mediaDevices?.getUserMedia && !!kind();
}

class Take {
  private chunks: Blob[] = [];
  private spent = 0;
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(
    readonly recorder: MediaRecorder,
    private readonly limit: number,
    tick: (left: number) => void,
    done: (blob: Blob) => void,
  ) {
    recorder.addEventListener("dataavailable", (event) => this.chunks.push(event.data));
    recorder.addEventListener("stop", () => {
      clearInterval(this.timer);
      recorder.stream.getTracks().forEach((track) => track.stop());
      done(new Blob(this.chunks, { type: recorder.mimeType.split(";")[0] ?? "" }));
    });
    this.timer = setInterval(() => {
      if (recorder.state !== "recording") return;
      this.spent += 0.25;
      tick(Math.max(0, this.limit - this.spent));
      if (this.spent >= this.limit) recorder.stop();
    }, 250);
    recorder.start(1000);
  }

  get paused(): boolean {
    return this.recorder.state === "paused";
  }

  toggle(): void {
    if (this.paused) this.recorder.resume();
    else this.recorder.pause();
  }
}

export function audioRecorder(root: HTMLElement): (() => void) | void {
  if (!isSupported()) return; // the file input stays
  const limit = Number(root.dataset.maxSeconds ?? 60);
  const plain = root.querySelector<HTMLElement>(".field");
  const label = plain?.querySelector("label")?.textContent?.trim() ?? "";
  const stage = el("div", { class: "recorder" });
  let take: Take | undefined;
  const list = new UploadList(root, {
    url: root.dataset.url ?? "/api/v1/media",
    name: root.dataset.name ?? "media",
    stage: root.dataset.stage,
    isMaking: () => take !== undefined,
    endMaking: () => take?.recorder.state !== "inactive" && take?.recorder.stop(),
  });
  let number = 0;

  const rest = (): void => {
    const record = button(t("audio.record"), "mic", { class: "btn btn-wide" });
    record.addEventListener("click", () => void begin());
    stage.replaceChildren(record);
    delete stage.dataset.paused;
  };

  const finish = (blob: Blob): void => {
    take = undefined;
    rest();
    if (!blob.size) return list.changed();
    number += 1;
    const name = t("audio.number", { number });
    const url = URL.createObjectURL(blob);
    const ending = blob.type.includes("mp4") ? "m4a" : blob.type.includes("ogg") ? "ogg" : "webm";
    const file = new File([blob], `recording-${number}.${ending}`, { type: blob.type });
    const preview = el("audio", { class: "upload-audio", controls: true, src: url, "aria-label": name });
    list.add({ name, preview, prepare: () => Promise.resolve({ file }), release: () => URL.revokeObjectURL(url) });
  };

  const begin = async (): Promise<void> => {
    list.say("");
    let stream: MediaStream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      list.say(t("audio.denied"));
      plain?.querySelector("label")?.classList.add("sr-only"); // the group says it already
      return plain ? void root.append(plain) : undefined;
    }
    const left = el("span", { class: "recorder-time", role: "timer" }, clock(limit));
    const rest_ = el("span", { class: "small quiet grow" }, t("audio.left", { time: clock(limit) }));
    const pause = button(t("audio.pause"), "pause");
    const stop = button(t("audio.stop"), "stop", { class: "btn btn-primary" });
    const tick = (seconds: number): void => {
      left.textContent = clock(limit - seconds);
      rest_.textContent = t("audio.left", { time: clock(seconds) });
    };
    left.textContent = clock(0);
    take = new Take(new MediaRecorder(stream, { mimeType: kind() ?? "" }), limit, tick, finish);
    pause.addEventListener("click", () => {
      take?.toggle();
      stage.toggleAttribute("data-paused", take?.paused ?? false);
      pause.lastChild?.replaceWith(t(take?.paused ? "audio.resume" : "audio.pause"));
    });
    stop.addEventListener("click", () => take?.recorder.stop());
    stage.replaceChildren(el("span", { class: "recorder-dot" }), left, rest_, pause, stop);
    stop.focus();
  };

  for (const kept of keptIn(root)) {
    number += 1;
    list.restore(t("audio.number", { number }), el("span", { class: "upload-thumb upload-blank" }, icon("mic")), kept);
  }
  plain?.remove();
  root.setAttribute("role", "group");
  if (label) {
    root.setAttribute("aria-label", label);
    root.prepend(el("div", { class: "field-label", "aria-hidden": "true" }, label));
  }
  root.append(stage);
  rest();
  return () => take?.recorder.stop();
}
