/** Photos: camera in one tap, several at once, made smaller on the device, each with its progress. */
import { el, icon } from "../dom";
import { keptIn } from "../draft";
import { t } from "../i18n";
import { placeOf } from "./exif";
import { UploadList, type Item, type Prepared } from "./list";
import { shrink, SMALL_ENOUGH_BYTES, thumbnail } from "./shrink";

async function prepare(file: File): Promise<Prepared> {
  if (file.size < SMALL_ENOUGH_BYTES) return { file }; // the server reads the place and removes the rest
  const place = await placeOf(file);
  return { file: (await shrink(file)) ?? file, place };
}

function itemFor(file: File, name: string): Item {
  const url = URL.createObjectURL(file);
  const preview = el("img", { class: "upload-thumb", src: url, alt: "" });
  preview.addEventListener("error", () => preview.replaceWith(el("span", { class: "upload-thumb upload-blank" }, icon("image"))), { once: true });
  // A small copy in the page itself: the draft can keep it.
  preview.addEventListener("load", () => void (preview.src = thumbnail(preview) ?? url), { once: true });
  return { name, preview, prepare: () => prepare(file), release: () => URL.revokeObjectURL(url) };
}

function picker(label: string, name: string, camera: boolean): { face: HTMLElement; input: HTMLInputElement } {
  const input = el("input", { type: "file", accept: "image/*", "aria-label": label });
  if (camera) input.setAttribute("capture", "environment");
  else input.multiple = true;
  const face = el("span", { class: camera ? "btn btn-camera" : "btn" }, icon(name), label, input);
  return { face, input };
}

export function photoUpload(root: HTMLElement): void {
  const max = Number(root.dataset.max ?? 9);
  const plain = root.querySelector<HTMLElement>(".field");
  const label = plain?.querySelector("label")?.textContent ?? "";
  const camera = picker(t("photo.take"), "camera", true);
  const album = picker(t("photo.choose"), "image", false);
  const list: UploadList = new UploadList(root, {
    url: root.dataset.url ?? "/api/v1/media",
    name: root.dataset.name ?? "media",
    stage: root.dataset.stage,
    changed: () => {
      for (const { face, input } of [camera, album]) {
        input.disabled = list.count >= max;
        face.setAttribute("aria-disabled", String(input.disabled));
      }
    },
  });
  let number = 0;
  const take = (input: HTMLInputElement): void => {
    for (const file of input.files ?? []) {
      if (list.count >= max) {
        list.say(t("photo.toomany", { max }));
        break;
      }
      number += 1;
      list.add(itemFor(file, t("photo.number", { number })));
    }
    input.value = "";
  };
  for (const kept of keptIn(root)) {
    number += 1;
    list.restore(t("photo.number", { number }), el("img", { class: "upload-thumb", src: kept.thumb, alt: "" }), kept);
  }
  for (const { input } of [camera, album]) input.addEventListener("change", () => take(input));
  plain?.remove();
  root.setAttribute("role", "group");
  if (label) {
    root.setAttribute("aria-label", label.trim());
    root.prepend(el("div", { class: "field-label", "aria-hidden": "true" }, label.trim()));
  }
  root.append(el("div", { class: "upload-buttons" }, camera.face, album.face));
}
