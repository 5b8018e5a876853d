// The inbox, live: what is new is put in every few seconds, and nothing moves under the eyes or the pointer of who reads;
// drafts are kept in this browser as one types; keys.

import { localise } from "./console.js";
import { putLines, putParts } from "./patch.js";

const EVERY_MS = 2500;
const CLOCKS_MS = 5000;
const DRAFT_DAYS = 30;
const box = document.querySelector("[data-inbox]");
// A page that says why something was not done stands at the address of its form; reloading it is reading the ticket.
if (location.pathname !== box.dataset.here.split("?")[0]) history.replaceState(null, "", box.dataset.here);
const list = document.querySelector("[data-lines]");
const scroller = list?.parentElement;

/* ---- clocks ---- */

let serverNow = Number(box.dataset.now);
let heardAt = performance.now();
const lang = document.documentElement.lang || "en";

/** A span of time in the coarsest unit that still says it, as the server says it. */
function span(ms) {
  const minutes = Math.ceil(Math.max(0, ms) / 60_000);
  const say = (unit, n) => new Intl.NumberFormat(lang, { style: "unit", unit, unitDisplay: unit === "day" ? "long" : "short" }).format(n);
  if (minutes >= 4320 || (minutes >= 1440 && minutes % 1440 === 0)) return say("day", Math.floor(minutes / 1440));
  if (minutes >= 180 || (minutes >= 60 && minutes % 60 === 0)) return say("hour", Math.floor(minutes / 60));
  return say("minute", minutes);
}

function tick() {
  const now = serverNow + performance.now() - heardAt;
  for (const time of document.querySelectorAll("time[data-since]")) {
    const words = span(now - new Date(time.dateTime).getTime());
    if (time.textContent !== words) time.textContent = words;
  }
}

tick();
setInterval(tick, CLOCKS_MS);

/* ---- the end of the conversation ---- */

const isAtEnd = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 60;
let stick = true;

function toEnd() {
  scroller.scrollTop = scroller.scrollHeight;
  stick = true;
  document.querySelector(".new-below")?.remove();
}

/** What the page has shown is what decisions are bound to: only what was in sight counts. */
let shownLast = document.querySelector("input[name=seen]")?.value ?? "";
let lastThere = shownLast;

function keepSeen() {
  if (stick) shownLast = lastThere;
  for (const input of document.querySelectorAll("input[name=seen]")) input.value = shownLast;
}

function offerEnd() {
  if (document.querySelector(".new-below")) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "new-below";
  button.textContent = box.dataset.newBelow;
  button.addEventListener("click", () => {
    toEnd();
    keepSeen();
  });
  scroller.after(button);
}

if (scroller) {
  toEnd();
  scroller.addEventListener("scroll", () => {
    stick = isAtEnd();
    if (!stick) return;
    document.querySelector(".new-below")?.remove();
    keepSeen();
  }, { passive: true });
  // Pictures come late, and the form beneath grows: whoever was at the end stays there.
  list.addEventListener("load", () => stick && toEnd(), true);
  new ResizeObserver(() => stick && toEnd()).observe(scroller);
}

/* ---- what is new ---- */

/** Whether somebody is at work in a part. */
function isUsed(part) {
  return (part.contains(document.activeElement) && document.activeElement !== document.body)
    || part.querySelector("details[open]") !== null;
}

async function refresh() {
  const answer = await fetch(box.dataset.here, { headers: { accept: "text/html", "x-guildhall-live": "watch" } });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const freshBox = fresh.querySelector("[data-inbox]");
  if (!freshBox) return;
  [serverNow, heardAt] = [Number(freshBox.dataset.now), performance.now()];
  const freshLast = fresh.querySelector("input[name=seen]")?.value ?? "";
  for (const part of fresh.querySelectorAll("[data-part]")) {
    const have = document.querySelector(`[data-part="${part.dataset.part}"]`);
    if (!have || isUsed(have)) part.remove();
  }
  putParts(document, fresh);
  // Rows stay under the pointer that is about to choose one.
  const rows = document.querySelector("[data-rows]");
  if (!rows.matches(":hover") && !rows.contains(document.activeElement)) {
    putLines(rows, fresh.querySelector("[data-rows]"));
  }
  const freshList = fresh.querySelector("[data-lines]");
  if (list && freshList) {
    stick = isAtEnd();
    const came = putLines(list, freshList);
    lastThere = freshLast;
    if (stick) toEnd();
    else if (came) offerEnd();
    keepSeen();
  }
  tick();
}

async function follow() {
  for (;;) {
    await new Promise((done) => setTimeout(done, EVERY_MS));
    if (document.hidden) continue;
    try {
      await refresh();
    } catch {
      // The next turn tries again.
    }
  }
}

follow();

/* ---- drafts ---- */

const PREFIX = `guildhall.draft.${box.dataset.me}.`;
const here = box.dataset.here.split("?")[0];
const sameWords = (one, other) => one.replace(/\s+/g, " ").trim() === other.replace(/\s+/g, " ").trim();

function forgetOld() {
  for (const name of Object.keys(localStorage)) {
    if (!name.startsWith("guildhall.draft.")) continue;
    let at = 0;
    try {
      ({ at } = JSON.parse(localStorage.getItem(name)));
    } catch {
      // Nothing that we wrote.
    }
    if (Date.now() - at > DRAFT_DAYS * 86_400_000) localStorage.removeItem(name);
  }
}

/** Whether it is in the conversation by now, so that nothing is left to be sent. */
function isSaid(words) {
  const own = [...document.querySelectorAll(".msg.mine .body, .msg.note .body")].slice(-5);
  return own.some((body) => sameWords(body.textContent, words));
}

function keepDrafts() {
  forgetOld();
  for (const field of document.querySelectorAll("textarea[data-draft]")) {
    const name = `${PREFIX}${here}.${field.dataset.draft}`;
    const form = field.form;
    const mode = () => form.querySelector("input[name=do]:checked")?.value ?? "";
    const kept = localStorage.getItem(name);
    if (kept && field.value === "") {
      const draft = JSON.parse(kept);
      if (isSaid(draft.words)) {
        localStorage.removeItem(name);
      } else {
        field.value = draft.words;
        const radio = form.querySelector(`input[name=do][value="${CSS.escape(draft.mode || "none")}"]`);
        if (radio) radio.checked = true;
        const fold = field.closest("details");
        if (fold) fold.open = true;
      }
    }
    const keep = () => {
      if (field.value.trim() === "") localStorage.removeItem(name);
      else localStorage.setItem(name, JSON.stringify({ words: field.value, mode: mode(), at: Date.now() }));
    };
    if (field.value !== "") keep();
    field.addEventListener("input", keep);
    form.addEventListener("change", keep);
  }
  if (!document.querySelector("textarea[data-draft=solution]")) localStorage.removeItem(`${PREFIX}${here}.solution`);
}

if (list) keepDrafts();

/* ---- keys ---- */

const keysBox = document.querySelector("[data-keys-box]");
const keysButton = document.querySelector("[data-keys]");
keysButton.hidden = false;
keysButton.addEventListener("click", () => keysBox.showModal());

/** The next ticket of the list in this direction, the first where none is open. */
function step(by) {
  const links = [...document.querySelectorAll("[data-rows] a")];
  const at = links.findIndex((link) => link.hasAttribute("aria-current"));
  const next = at < 0 ? links[0] : links[at + by];
  if (next) next.click();
}

/** Begins an answer or a note. */
function write(mode) {
  const radio = document.querySelector(`[data-answer] input[value=${mode}]`);
  if (!radio) return;
  radio.checked = true;
  radio.dispatchEvent(new Event("change", { bubbles: true }));
  document.getElementById("words").focus();
}

const DOES = {
  j: () => step(1),
  k: () => step(-1),
  r: () => write("reply"),
  n: () => write("note"),
  c: () => document.querySelector("button[name=do][value=claim]")?.click(),
  "?": () => keysBox.showModal(),
};

const isField = (element) => element.matches?.("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  const { target, key } = event;
  if (event.isComposing || event.repeat) return;
  if (key === "Enter" && (event.ctrlKey || event.metaKey) && target.matches?.("textarea[data-draft]")) {
    event.preventDefault();
    const form = target.form;
    form.requestSubmit(form.querySelector("button"));
    return;
  }
  if (key === "Escape" && isField(target)) return target.blur();
  if (event.ctrlKey || event.metaKey || event.altKey || isField(target) || keysBox.open) return;
  if (keysBox.querySelector("[data-keep]").checked && key !== "?") return;
  const does = DOES[key.length === 1 ? key.toLowerCase() : key];
  if (!does) return;
  event.preventDefault();
  does();
});
