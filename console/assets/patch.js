// Puts a page that was fetched anew into the one that is shown: only what is different, so that nothing that is
// being typed or read is lost.

import { localise } from "./console.js";

/** The HTML without what this page itself changes. */
function plain(element) {
  return element.outerHTML
    .replace(/<time[^>]*? datetime="([^"]*)"[^>]*>[^<]*<\/time>/g, "<time $1>")
    .replace(/ name="once" value="[^"]*"/g, "")
    .replace(/ open=""/g, "")
    .replace(/ ?\barrived\b/g, "")
    .replace(/ ?\bfresh\b/g, "")
    .replace(/ class=""/g, "");
}

/** Puts in the parts of a panel that are different. */
export function putParts(old, fresh) {
  for (const part of fresh.querySelectorAll("[data-part]")) {
    const have = old.querySelector(`[data-part="${part.dataset.part}"]`);
    if (!have || plain(have) === plain(part)) continue;
    // A file that was chosen cannot be put into the new part.
    if (have.querySelector('input[type="file"]')?.files.length) continue;
    if (part.dataset.part === "pick" && have.contains(document.activeElement)) continue;
    const use = document.importNode(part, true);
    if (part.dataset.part === "threads") markFresh(have, use);
    have.replaceWith(use);
    localise(use);
  }
}

/** Threads that were not there before stand out until they are looked at. */
function markFresh(have, use) {
  const known = new Map([...have.querySelectorAll("a")].map((a) => [a.dataset.thread, a]));
  for (const a of use.querySelectorAll("a")) {
    const before = known.get(a.dataset.thread);
    const isNew = !before || before.classList.contains("fresh");
    if (isNew && !a.hasAttribute("aria-current")) a.classList.add("fresh");
  }
}

/** Puts in the lines that are new or different, and leaves the others alone. Gives the last that came. */
export function putLines(list, fresh) {
  const old = new Map([...list.children].map((li) => [li.dataset.key, li]));
  let at = list.firstElementChild;
  let came = null;
  for (const li of fresh.children) {
    const { key } = li.dataset;
    const have = old.get(key);
    old.delete(key);
    // A form never changes while it is open, and somebody may be filling it in.
    let use = have;
    const isFilledIn = key.startsWith("form-") || have?.querySelector("details.own[open]");
    if (!have || !(isFilledIn || plain(have) === plain(li))) {
      use = document.importNode(li, true);
      localise(use);
      if (have) {
        const menu = use.querySelector("details.menu");
        if (menu) menu.open = have.querySelector("details.menu")?.open ?? false;
        if (at === have) at = use;
        have.replaceWith(use);
      } else {
        use.classList.add("arrived");
        came = use;
      }
    }
    if (use === at) at = at.nextElementSibling;
    else list.insertBefore(use, at);
  }
  for (const li of old.values()) li.remove();
  return came;
}
