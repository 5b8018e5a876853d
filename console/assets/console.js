// What every page does: times in the reader's zone, menus that close, choices that are kept.

document.documentElement.classList.add("scripted");

const lang = document.documentElement.lang || "en";
const short = new Intl.DateTimeFormat(lang, { hour: "2-digit", minute: "2-digit", hour12: false });
const dated = new Intl.DateTimeFormat(lang, { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false });
const exact = new Intl.DateTimeFormat(lang, { dateStyle: "full", timeStyle: "long" });

/** Puts times into the zone of this browser. */
export function localise(root) {
  for (const time of root.querySelectorAll("time[datetime]")) {
    const at = new Date(time.dateTime);
    if (Number.isNaN(at.getTime())) continue;
    if (time.hasAttribute("data-clock")) time.textContent = short.format(at);
    else if (time.hasAttribute("data-date")) time.textContent = dated.format(at);
    time.title = exact.format(at);
  }
}

localise(document);

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open], details.fold[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open], details.fold[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// `/`, outside of fields and unless single keys are turned off, and Ctrl+K lead to the search.
document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  const chord = (event.ctrlKey || event.metaKey) && !event.altKey && key.toLowerCase() === "k";
  const inField = target instanceof Element && target.closest("input, textarea, select, [contenteditable]");
  const single = key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !inField && localStorage.getItem("guildhall.keys-off") !== "1";
  if ((!chord && !single) || document.querySelector("dialog[open]")) return;
  const fields = [...document.querySelectorAll("[data-seek]")];
  let field = fields.find((one) => one.checkVisibility());
  if (!field) {
    field = fields.find((one) => one.closest("details.fold"));
    if (field) field.closest("details.fold").open = true;
  }
  if (!field) return;
  event.preventDefault();
  field.focus();
  field.select();
});

// A double click presses once: what is on its way is not sent a second time. The window hears of it after the scripts that send by
// themselves, and leaves those alone.
const pressed = new WeakMap();
const AGAIN_MS = 3000;
window.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.method !== "post") return;
  const [button, at] = pressed.get(event.target) ?? [undefined, -AGAIN_MS];
  if (button === event.submitter && event.timeStamp - at < AGAIN_MS) event.preventDefault();
  else pressed.set(event.target, [event.submitter, event.timeStamp]);
});

// Who signs out leaves no drafts behind in a browser that others may use.
document.querySelector('form[action="/sign-out"]')?.addEventListener("submit", () => {
  for (const name of Object.keys(localStorage)) if (name.startsWith("guildhall.draft.")) localStorage.removeItem(name);
});

for (const box of document.querySelectorAll("input[data-keep]")) {
  const name = `guildhall.${box.dataset.keep}`;
  box.checked = localStorage.getItem(name) === "1";
  box.addEventListener("change", () => localStorage.setItem(name, box.checked ? "1" : ""));
}

// A place in a text leads to its line, which is selected.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-line]");
  const field = link && document.querySelector(link.getAttribute("href"));
  if (!(field instanceof HTMLTextAreaElement)) return;
  event.preventDefault();
  const lines = field.value.split("\n");
  const line = Math.min(Number(link.dataset.line), lines.length);
  const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  field.focus({ preventScroll: true });
  field.setSelectionRange(start, start + lines[line - 1].length);
  field.scrollTop = ((line - 3) / lines.length) * field.scrollHeight;
  field.scrollIntoView({ block: "nearest" });
});
