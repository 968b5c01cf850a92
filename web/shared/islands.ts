/**
 * `[data-island="name"]` is brought to life once, on the page and in whatever htmx puts into it later.
 * A mount may return what undoes it; that runs when the element has left the page.
 */

export type Unmount = () => void;
export type Mount = (root: HTMLElement) => Unmount | void | Promise<Unmount | void>;

const mounts = new Map<string, Mount>();
const alive = new Map<HTMLElement, Unmount>();

export function island(name: string, mount: Mount): void {
  mounts.set(name, mount);
}

async function bringToLife(root: HTMLElement): Promise<void> {
  const mount = mounts.get(root.dataset.island ?? "");
  if (!mount || root.dataset.alive !== undefined) return;
  root.dataset.alive = "";
  try {
    const undo = await mount(root);
    if (undo) alive.set(root, undo);
  } catch (error) {
    delete root.dataset.alive;
    root.dataset.failed = "";
    console.error(`island ${root.dataset.island}`, error);
  }
}

export function scan(within: ParentNode = document): void {
  if (within instanceof HTMLElement && within.dataset.island) void bringToLife(within);
  within.querySelectorAll<HTMLElement>("[data-island]").forEach((root) => void bringToLife(root));
}

function bury(): void {
  for (const [root, undo] of alive) {
    if (root.isConnected) continue;
    alive.delete(root);
    undo();
  }
}

export function start(): void {
  scan();
  document.addEventListener("htmx:load", (event) => {
    bury();
    scan((event as CustomEvent<{ elt: HTMLElement }>).detail.elt);
  });
}
