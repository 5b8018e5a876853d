// Macros in an answer: `;` opens the list, letters narrow it, Enter or Tab puts the words in. What the list holds stands in
// the page: the same choices as without scripts.

const field = document.getElementById("words");
const select = document.querySelector("[data-macros]");
const MOST = 8;
/** What is being typed: `;` at the start of a word, and letters of a name. */
const TYPED = /(?:^|\s)[;；]([\p{L}\p{N}_-]{0,32})$/u;

/** Puts words into the field where `from` to `to` stand, as if they had been typed. */
function put(words, from, to) {
  field.focus();
  field.setRangeText(words, from, to, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function begin() {
  const all = [...select.options].filter((option) => option.value !== "");
  const box = document.createElement("ul");
  box.className = "macro-box";
  box.id = "macro-box";
  box.setAttribute("role", "listbox");
  box.setAttribute("aria-label", select.getAttribute("aria-label"));
  box.hidden = true;
  field.form.append(box);
  field.setAttribute("aria-controls", box.id);
  field.setAttribute("aria-autocomplete", "list");
  let at = 0;
  let start = -1;

  const close = () => {
    box.hidden = true;
    start = -1;
    field.removeAttribute("aria-activedescendant");
  };

  const mark = () => {
    [...box.children].forEach((li, n) => li.setAttribute("aria-selected", String(n === at)));
    const chosen = box.children[at];
    field.setAttribute("aria-activedescendant", chosen.id);
    chosen.scrollIntoView({ block: "nearest" });
  };

  const choose = (option) => {
    put(option.dataset.words, start, field.selectionStart);
    close();
  };

  const look = () => {
    const before = field.value.slice(0, field.selectionStart);
    const found = field.selectionStart === field.selectionEnd ? TYPED.exec(before) : null;
    if (!found) return close();
    const typed = found[1].toLowerCase();
    const fits = all.filter((option) => option.value.includes(typed));
    fits.sort((one, other) => Number(other.value.startsWith(typed)) - Number(one.value.startsWith(typed)));
    if (fits.length === 0) return close();
    start = before.length - found[1].length - 1;
    at = 0;
    box.replaceChildren(...fits.slice(0, MOST).map((option, n) => {
      const li = document.createElement("li");
      li.id = `macro-${n}`;
      li.setAttribute("role", "option");
      const name = document.createElement("b");
      name.textContent = `;${option.value}`;
      const words = document.createElement("span");
      words.textContent = option.dataset.words;
      li.append(name, " ", words);
      li.addEventListener("mousedown", (event) => {
        event.preventDefault();
        choose(option);
      });
      return li;
    }));
    box.hidden = false;
    mark();
  };

  field.addEventListener("input", (event) => {
    if (!event.isComposing) look();
  });
  field.addEventListener("compositionend", look);
  field.addEventListener("blur", close);
  // Before the keys of the page: while the list is open, Escape leaves it and not the field.
  field.addEventListener("keydown", (event) => {
    if (box.hidden || event.isComposing) return;
    const { key } = event;
    if (key === "ArrowDown" || key === "ArrowUp") {
      const many = box.children.length;
      at = (at + (key === "ArrowDown" ? 1 : many - 1)) % many;
      mark();
    } else if ((key === "Enter" && !event.ctrlKey && !event.metaKey) || key === "Tab") {
      const name = box.children[at].querySelector("b").textContent.slice(1);
      choose(all.find((option) => option.value === name));
    } else if (key === "Escape") {
      close();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  });
  select.addEventListener("change", () => {
    const option = select.selectedOptions[0];
    if (option.value !== "") put(option.dataset.words, field.selectionStart, field.selectionEnd);
    select.value = "";
  });
}

if (field && select) begin();
