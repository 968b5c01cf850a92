/** A photo small enough to send: the original when it is, else at most 2048 pixels a side. */

export const SMALL_ENOUGH_BYTES = 6_000_000;
const SIDE_PX = 2048;

export function fitted(width: number, height: number, side = SIDE_PX): [number, number] {
  const scale = Math.min(1, side / Math.max(width, height));
  return [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
}

/** The smaller copy, or nothing when the device cannot read the picture (the server may). */
export async function shrink(file: File): Promise<File | undefined> {
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const [width, height] = fitted(picture.width, picture.height);
    const canvas = document.createElement("canvas");
    canvas.width = width;
    canvas.height = height;
    canvas.getContext("2d")?.drawImage(picture, 0, 0, width, height);
    picture.close();
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", 0.86));
    return blob ? new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" }) : undefined;
  } catch {
    return undefined;
  }
}

const THUMB_PX = 144;

/** The small copy shown beside its name, as a data address; nothing when the device can't draw it. */
export function thumbnail(picture: HTMLImageElement): string | undefined {
  const [width, height] = fitted(picture.naturalWidth, picture.naturalHeight, THUMB_PX);
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  canvas.getContext("2d")?.drawImage(picture, 0, 0, width, height);
  const address = canvas.toDataURL("image/jpeg", 0.7);
  return address.startsWith("data:image/jpeg") ? address : undefined;
}
