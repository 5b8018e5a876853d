// The sandbox page, live: panels and the strip are fetched again when something changed, and only what is
// different is put in, so that nothing that is being typed is lost.

import { localise } from "./console.js";
import { putLines, putParts } from "./patch.js";

const LIVE = { "x-guildhall-live": "1" };
const panelsBox = document.querySelector("[data-panels]");
const banner = document.querySelector("[data-banner]");
const panels = () => [...document.querySelectorAll(".panel")];
const panelOf = (element) => element.closest(".panel");

/* ---- what the page shows ---- */

/** The view as the server reads it; what stands in composers is the composers' own business. */
const view = new URLSearchParams(document.querySelector('input[name="view"]')?.value ?? "");
for (const name of [...view.keys()]) if (/^[dre]\d$/.test(name)) view.delete(name);

function keepView() {
  history.replaceState(null, "", `/sandbox?${view}`);
  for (const input of document.querySelectorAll('input[name="view"]')) input.value = view;
}

/** Shows another chat, thread or speaker in one panel. */
async function change(n, pairs) {
  for (const [name, value] of pairs) {
    if (value) view.set(name, value);
    else view.delete(name);
  }
  keepView();
  const fresh = await fetchPanel(n);
  const old = document.getElementById(`p${n}`);
  if (!fresh || !old) return location.assign(`/sandbox?${view}`);
  const section = document.importNode(fresh, true);
  old.replaceWith(section);
  localise(section);
  begin(section);
  panels().filter((panel) => panel !== section).forEach(soon);
}

/* ---- fetching and putting in ---- */

async function get(path) {
  const answer = await fetch(path, { headers: LIVE });
  if (answer.status === 401) over();
  return answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
}

async function fetchPanel(n) {
  const page = await get(`/sandbox/panel?${view}&n=${n}`);
  return page?.querySelector(".panel");
}

const scrollerOf = (list) => list.parentElement;
const isAtEnd = (list) => scrollerOf(list).scrollHeight - scrollerOf(list).scrollTop - scrollerOf(list).clientHeight < 80;

/** A form that was just shown is in sight from its first question, ready to be filled in. */
function toForm(form) {
  form.scrollIntoView({ block: "start" });
  const { activeElement } = document;
  const isFree = activeElement === document.body || panelOf(form).contains(activeElement);
  if (isFree) form.querySelector("input:not([type=hidden]), textarea, select")?.focus({ preventScroll: true });
}

function toEnd(list) {
  scrollerOf(list).scrollTop = scrollerOf(list).scrollHeight;
  list.dataset.stick = "1";
  panelOf(list).querySelector(".new-below")?.remove();
}

// Pictures come late and push the end away; whoever was there stays there.
document.addEventListener("scroll", (event) => {
  const list = event.target.querySelector?.(":scope > [data-lines]");
  if (list) list.dataset.stick = isAtEnd(list) ? "1" : "";
}, { capture: true, passive: true });
document.addEventListener("load", (event) => {
  const list = event.target.closest?.("[data-lines]");
  if (list?.dataset.stick) toEnd(list);
}, true);

// A menu near the end of a list hangs below it.
document.addEventListener("toggle", (event) => {
  if (event.target.matches?.(".menu[open]")) event.target.querySelector("div").scrollIntoView({ block: "nearest" });
}, true);

function offerEnd(panel, list) {
  if (panel.querySelector(".new-below")) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "new-below";
  button.textContent = panelsBox.dataset.newBelow;
  button.addEventListener("click", () => toEnd(list));
  panel.append(button);
}

async function refresh(panel) {
  const fresh = await fetchPanel(panel.dataset.panel);
  if (!fresh || !panel.isConnected) return;
  // The panel may have been turned to another chat meanwhile.
  if (fresh.dataset.chat !== panel.dataset.chat || fresh.dataset.speaker !== panel.dataset.speaker) return;
  const list = panel.querySelector("[data-lines]");
  const stay = !isAtEnd(list);
  panel.dataset.gate = fresh.dataset.gate;
  putParts(panel, fresh);
  const came = putLines(list, fresh.querySelector("[data-lines]"));
  if (came?.matches(".form")) toForm(came);
  else if (!stay) toEnd(list);
  else if (came) offerEnd(panel, list);
}

async function refreshStrip() {
  const fresh = await get("/sandbox/strip");
  const bottom = document.querySelector(".bottom");
  if (!fresh || !bottom) return;
  const before = bottom.querySelector('[data-part="seen"]').scrollTop;
  putParts(bottom, fresh.body);
  bottom.querySelector('[data-part="seen"]').scrollTop = before;
}

/* ---- soon, and each once at a time ---- */

const waiting = new Set();
const running = new Set();

/** Fetches a panel or the strip again, in a moment, together with whatever else changes until then. */
function soon(what) {
  if (waiting.size === 0) setTimeout(flush, 50);
  waiting.add(what);
}

function flush() {
  const now = [...waiting];
  waiting.clear();
  for (const what of now) {
    if (running.has(what)) {
      soon(what);
      continue;
    }
    running.add(what);
    const done = what === "strip" ? refreshStrip() : refresh(what);
    done.catch(() => {}).finally(() => running.delete(what));
  }
}

function everything() {
  panels().forEach(soon);
  soon("strip");
}

/* ---- the server's voice ---- */

function listen() {
  const voice = new EventSource("/sandbox/live");
  voice.addEventListener("hello", () => {
    banner.hidden = true;
    everything();
  });
  voice.addEventListener("resync", everything);
  voice.addEventListener("note", () => soon("strip"));
  voice.addEventListener("world", (event) => {
    const { what, chat, user } = JSON.parse(event.data);
    if (what === "traffic" || what === "event") return soon("strip");
    for (const panel of panels()) {
      const isHere = chat ? panel.dataset.chat === chat : !user || what === "user" || panel.dataset.speaker === user;
      if (isHere || what === "chat") soon(panel);
    }
  });
  voice.addEventListener("error", () => {
    banner.textContent = banner.dataset.lost;
    banner.hidden = false;
    if (voice.readyState === EventSource.CLOSED) setTimeout(listen, 5000);
  });
}

function over() {
  banner.textContent = banner.dataset.over;
  banner.hidden = false;
}

/* ---- sending ---- */

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.matches("[data-pick]")) {
    event.preventDefault();
    return;
  }
  if (!form.matches("[data-live]")) return;
  event.preventDefault();
  const data = new FormData(form, event.submitter);
  const isUpload = form.getAttribute("enctype") === "multipart/form-data";
  const panel = panelOf(form);
  const said = form.querySelector(".said") ?? panel?.querySelector("[data-said]");
  if (event.submitter) event.submitter.disabled = true;
  try {
    const body = isUpload ? data : new URLSearchParams(data);
    const answer = await fetch(form.getAttribute("action"), { method: "POST", headers: LIVE, body });
    if (said) said.textContent = answer.ok ? "" : await answer.text();
    if (answer.status === 401) over();
    if (!answer.ok) return;
    if (form.matches(".composer")) sent(form);
    if (answer.status === 200) return location.assign((await answer.json()).go);
    if (panel) {
      if (form.matches(".composer")) toEnd(panel.querySelector("[data-lines]"));
      soon(panel);
    }
    soon("strip");
  } catch {
    if (said) said.textContent = banner.dataset.lost;
  } finally {
    if (event.submitter) event.submitter.disabled = false;
    for (const menu of document.querySelectorAll("details.menu[open]")) menu.open = false;
  }
});

/* ---- composers ---- */

const textOf = (form) => form.elements.namedItem("text");

function draftName(form) {
  const { chat, speaker, panel } = panelOf(form).dataset;
  return `guildhall.draft.${chat}.${view.get(`t${panel}`) ?? ""}.${speaker}`;
}

function sent(form) {
  sessionStorage.removeItem(draftName(form));
  textOf(form).value = "";
  undraft(form);
  form.elements.namedItem("picture").value = "";
  showPicture(form);
  textOf(form).focus();
}

function undraft(form) {
  const wasEdit = form.elements.namedItem("edit").value;
  form.elements.namedItem("reply").value = "";
  form.elements.namedItem("edit").value = "";
  form.querySelector("[data-draft]").hidden = true;
  if (wasEdit) textOf(form).value = "";
}

/** Answers or changes a message: the composer says which. */
function about(link, what) {
  const form = panelOf(link).querySelector(".composer");
  const line = link.closest(".msg");
  undraft(form);
  form.elements.namedItem(what).value = what === "reply" ? link.dataset.replyTo : link.dataset.editOf;
  const note = form.querySelector("[data-draft]");
  const words = line.querySelector(".body")?.textContent ?? "";
  note.querySelector("span").textContent =
    `${note.dataset[what]} ${what === "reply" ? `${line.querySelector(".name").textContent}: ` : ""}${words}`;
  note.hidden = false;
  if (what === "edit") textOf(form).value = words;
  line.querySelector("details.menu").open = false;
  textOf(form).focus();
}

function showPicture(form) {
  const input = form.elements.namedItem("picture");
  const label = input.nextElementSibling;
  label.textContent = input.files[0]?.name ?? label.dataset.empty;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a, button");
  if (!link) return;
  if (link.dataset.replyTo) {
    event.preventDefault();
    about(link, "reply");
  } else if (link.dataset.editOf) {
    event.preventDefault();
    about(link, "edit");
  } else if (link.dataset.set !== undefined) {
    event.preventDefault();
    const [name, value] = link.dataset.set.split("=");
    change(panelOf(link).dataset.panel, [[name, value]]);
  } else if (link.matches(".more")) {
    event.preventDefault();
    const n = panels().length;
    view.set(`c${n}`, "direct");
    view.set(`s${n}`, panels().at(-1).dataset.speaker);
    location.assign(`/sandbox?${view}`);
  } else if (link.hasAttribute("data-undraft")) {
    undraft(link.form);
  }
});

document.addEventListener("change", (event) => {
  const pick = event.target.closest("[data-pick]");
  if (pick) {
    const n = panelOf(pick).dataset.panel;
    const pairs = [[event.target.name, event.target.value]];
    if (event.target.name.startsWith("c")) pairs.push([`t${n}`, ""]);
    change(n, pairs);
  }
  if (event.target.name === "picture") showPicture(event.target.form);
});

document.addEventListener("input", (event) => {
  if (!event.target.matches(".composer textarea")) return;
  sessionStorage.setItem(draftName(event.target.form), event.target.value);
});

document.addEventListener("keydown", (event) => {
  if (!event.target.matches?.(".composer textarea")) return;
  // While characters are being composed (Pinyin), Enter chooses a word.
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229) {
    event.preventDefault();
    event.target.form.requestSubmit(event.target.form.querySelector("button.main"));
  } else if (event.key === "Escape") {
    undraft(event.target.form);
  }
});

document.addEventListener("paste", (event) => {
  const form = event.target.closest?.(".composer");
  const file = [...(event.clipboardData?.files ?? [])].find((one) => one.type.startsWith("image/"));
  if (!form || !file) return;
  event.preventDefault();
  const files = new DataTransfer();
  files.items.add(file);
  form.elements.namedItem("picture").files = files.files;
  showPicture(form);
});

/* ---- beginning ---- */

/** A panel that has just been put in: what was typed before comes back, and the last messages are in sight. */
function begin(panel) {
  const form = panel.querySelector(".composer");
  if (!textOf(form).value) textOf(form).value = sessionStorage.getItem(draftName(form)) ?? "";
  toEnd(panel.querySelector("[data-lines]"));
}

if (panelsBox) {
  const prefilled = panels().find((panel) => textOf(panel.querySelector(".composer")).value);
  keepView();
  panels().forEach(begin);
  if (prefilled) {
    panelsBox.scrollLeft = prefilled.offsetLeft - panelsBox.offsetLeft;
    textOf(prefilled.querySelector(".composer")).focus({ preventScroll: true });
  }
  const tabs = [...document.querySelectorAll(".panel-tabs a")];
  const markHere = () => {
    const n = Math.round(panelsBox.scrollLeft / Math.max(1, panelsBox.clientWidth));
    tabs.forEach((tab, at) => tab.classList.toggle("here", at === n));
  };
  panelsBox.addEventListener("scroll", markHere, { passive: true });
  markHere();
  listen();
}
