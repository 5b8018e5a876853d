// Moves an entry to the day on which it is dropped, at the same time of day: by the form that stands under it.

let dragged = null;

for (const entry of document.querySelectorAll(".calendar li[draggable]")) {
  entry.addEventListener("dragstart", (event) => {
    dragged = entry;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", entry.dataset.what);
  });
  entry.addEventListener("dragend", () => {
    dragged = null;
    document.querySelector("td.over")?.classList.remove("over");
  });
}

for (const day of document.querySelectorAll(".calendar td[data-day]")) {
  day.addEventListener("dragover", (event) => {
    if (!dragged || dragged.closest("td") === day) return;
    event.preventDefault();
    day.classList.add("over");
  });
  day.addEventListener("dragleave", () => day.classList.remove("over"));
  day.addEventListener("drop", (event) => {
    if (!dragged || dragged.closest("td") === day) return;
    event.preventDefault();
    const form = dragged.querySelector("form");
    form.elements.at.value = `${day.dataset.day}T${dragged.dataset.at.split("T")[1]}`;
    form.requestSubmit();
  });
}
