/** `<form data-enter="next">`: Enter in a field of one line goes on to the next field; Ctrl Enter still sends the form. */
const FIELDS = "input:not([type=hidden], [type=file], [type=submit]), textarea, select, button";

export function startEnter(): void {
  document.addEventListener("keydown", (event) => {
    const field = event.target;
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey || event.isComposing || !(field instanceof HTMLInputElement)) return;
    if (field.form?.dataset.enter !== "next") return;
    event.preventDefault();
    const fields = [...field.form.querySelectorAll<HTMLElement>(FIELDS)].filter((one) => one.getClientRects().length > 0);
    fields[fields.indexOf(field) + 1]?.focus();
  });
}
