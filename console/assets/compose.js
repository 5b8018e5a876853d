// Keeps a draft as one types, and shows anew what it would come to. Without it the button "Look at it" does both.

import { putParts } from "./patch.js";

const PAUSE_MS = 1200;
const form = document.querySelector("form[data-compose]");
const saved = form.querySelector("[data-saved]");
const token = form.elements.csrf.value;
let timer = 0;
let turn = 0;
let kept = 0;
let keeping = Promise.resolve();
let busy = false;

/** What is typed, without the files: they go with the button. */
function typed() {
  const data = new FormData(form);
  data.delete("files");
  data.set("do", "save");
  return data;
}

/** Buttons that name what they hit are good only for what was looked at. */
function lock(locked) {
  for (const button of form.querySelectorAll("[data-needs-look]")) button.disabled = locked;
}

function say(words) {
  saved.textContent = words;
}

/** Says beside each field what is wrong with it. */
function mark(wrong) {
  for (const field of form.querySelectorAll("[aria-describedby]")) {
    if (field.name === "files") continue;
    const words = wrong[field.name] ?? "";
    const place = document.getElementById(`e-${field.name}`);
    if (place) place.textContent = words;
    if (words) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  }
}

async function keep() {
  const mine = turn;
  say(saved.dataset.saving);
  busy = true;
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body: typed(),
      headers: { "x-guildhall-live": "1", "x-csrf-token": token },
    });
    if (answer.status === 422) return say("");
    if (!answer.ok) return say(`${saved.dataset.lost}: ${await answer.text()}`);
    const now = await answer.json();
    form.elements.version.value = now.version;
    if (new URL(form.action).pathname !== now.edit) {
      form.action = now.edit;
      history.replaceState(null, "", now.edit);
    }
    kept = mine;
    mark(now.wrong);
    say(saved.dataset.kept);
    if (mine === turn) await look(now.edit, mine);
  } catch {
    say(saved.dataset.lost);
  } finally {
    busy = false;
  }
}

/** Shows anew what it would come to, unless something was typed meanwhile. */
async function look(address, mine) {
  const answer = await fetch(address, { headers: { accept: "text/html" } });
  if (!answer.ok || mine !== turn) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (fresh.querySelector("form[data-compose]")?.elements.version.value !== form.elements.version.value) return;
  putParts(document, fresh);
  document.title = fresh.title;
  lock(false);
}

if (form.hasAttribute("data-keep-typing")) {
  form.addEventListener("input", (event) => {
    if (event.target.type === "file") return;
    // Choices from lists count when they are put into the sentence.
    if (event.target.closest(".picks")) return;
    turn += 1;
    lock(true);
    clearTimeout(timer);
    timer = setTimeout(() => {
      keeping = keeping.then(keep);
    }, PAUSE_MS);
  });
  // Who leaves within the pause loses nothing.
  window.addEventListener("pagehide", () => {
    if (turn === kept || form.dataset.sent) return;
    fetch(form.action, {
      method: "POST",
      body: typed(),
      keepalive: true,
      headers: { "x-guildhall-live": "1", "x-csrf-token": token },
    }).catch(() => {});
  });
}

form.addEventListener("submit", (event) => {
  clearTimeout(timer);
  if (busy) {
    // What is being kept comes first, or the draft would be another than the one that this button was made for.
    event.preventDefault();
    const value = event.submitter?.value ?? "look";
    keeping.finally(() => form.requestSubmit(form.querySelector(`button[name="do"][value="${CSS.escape(value)}"]`)));
    return;
  }
  form.dataset.sent = "1";
});
