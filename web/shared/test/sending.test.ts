import { expect, test, vi } from "vitest";
import { useTexts } from "../i18n";
import { join, startSending } from "../sending";

useTexts({});
startSending();

const settled = (): Promise<void> => new Promise((later) => setTimeout(later, 20));

function form(more = ""): { form: HTMLFormElement; sent: ReturnType<typeof vi.fn> } {
  document.body.innerHTML = `<div id="problem"></div><form class="act" method="post" ${more}><button>Send</button></form>`;
  const found = document.querySelector("form") as HTMLFormElement;
  const sent = vi.fn((event: Event) => event.preventDefault());
  found.addEventListener("submit", sent);
  return { form: found, sent };
}

test("a form htmx sends goes once, after what it holds is finished", async () => {
  const { form: one, sent } = form('hx-post="/x"');
  const finish = vi.fn(() => Promise.resolve(true));
  join({ root: one.querySelector("button") as HTMLElement, progress: () => ({ count: 1, done: 0 }), finish, showFailed: vi.fn() });
  one.querySelector("button")?.click();
  one.querySelector("button")?.click();
  expect(sent).not.toHaveBeenCalled();
  await settled();
  expect(finish).toHaveBeenCalledOnce();
  expect(sent).toHaveBeenCalledOnce();
  expect(one.querySelector("button")?.textContent).toBe("Send");
});

test("what failed is shown and may be left out", async () => {
  const { form: one, sent } = form('hx-post="/x"');
  let failed = true;
  const showFailed = vi.fn((sendAnyway: () => void) => {
    failed = false;
    sendAnyway();
  });
  join({ root: one.querySelector("button") as HTMLElement, progress: () => ({ count: 0, done: 0 }), finish: () => Promise.resolve(!failed), showFailed });
  one.querySelector("button")?.click();
  await settled();
  await settled();
  expect(showFailed).toHaveBeenCalledOnce();
  expect(sent).toHaveBeenCalledOnce();
});

test("without a network the form stays", async () => {
  const { form: one, sent } = form();
  vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
  one.querySelector("button")?.click();
  await settled();
  expect(sent).not.toHaveBeenCalled();
  expect(document.querySelector("#problem")?.textContent).toContain("network.none");
});
