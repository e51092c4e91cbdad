// Text fields keep plain keys to themselves; these say which elements those are and move into and out of them.

/** Whether typing goes into this element. */
export function isField(element: EventTarget | null): element is HTMLElement {
  if (!(element instanceof HTMLElement)) return false;
  if (element instanceof HTMLInputElement) return !["button", "checkbox", "radio", "submit"].includes(element.type);
  return element instanceof HTMLTextAreaElement || element.isContentEditable;
}

/** Moves into a field by its element id, with the caret at its end. */
export function enterField(id: string): void {
  const field = document.getElementById(id);
  field?.focus();
  if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) {
    field.setSelectionRange(field.value.length, field.value.length);
  }
}

/** Leaves the field that is typed in, so that keys act again. */
export function leaveField(): void {
  if (isField(document.activeElement)) document.activeElement.blur();
}
