// Follows what is under way: the parts of the page that changed are put in every few seconds, and nothing that is
// being chosen or read is touched.

import { localise } from "./console.js";

const EVERY_MS = 2500;

/** Whether somebody is at work in a part. */
function isUsed(part) {
  return part.contains(document.activeElement) && document.activeElement !== document.body
    || part.querySelector("details[open], input:checked") !== null;
}

async function refresh() {
  try {
    const answer = await fetch(location.href, { headers: { accept: "text/html", "x-guildhall-live": "watch" } });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of fresh.querySelectorAll("[data-part]")) {
      const have = document.querySelector(`[data-part="${part.dataset.part}"]`);
      if (!have || isUsed(have)) continue;
      const use = document.importNode(part, true);
      localise(use);
      if (have.outerHTML !== use.outerHTML) have.replaceWith(use);
    }
  } catch {
    // The next turn tries again.
  }
}

async function follow() {
  while (document.querySelector("[data-live]")) {
    await new Promise((done) => setTimeout(done, EVERY_MS));
    if (!document.hidden) await refresh();
  }
}

follow();
