// ← and → on a card of the board press its own buttons; after a move the card keeps the focus.
"use strict";

const steps = { ArrowLeft: "left", ArrowRight: "right" };

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || !(event.key in steps)) return;
  const card = event.target.closest("[data-board-card]");
  const button = card?.querySelector(`[data-step=${steps[event.key]}]`);
  if (!button) return;
  event.preventDefault();
  button.click();
});

const moved = location.hash.startsWith("#deal-") ? document.getElementById(location.hash.slice(1)) : null;
moved?.querySelector("a")?.focus();

// A card dragged to another column sends its own form with that column's stage.
let carried = null;

document.addEventListener("dragstart", (event) => {
  carried = event.target.closest?.("[data-board-card]") ?? null;
  if (carried) event.dataTransfer.setData("text/plain", carried.id);
});

for (const lane of document.querySelectorAll("[data-stage]")) {
  lane.addEventListener("dragover", (event) => {
    if (!carried || lane.contains(carried)) return;
    event.preventDefault();
    lane.classList.add("target");
  });
  lane.addEventListener("dragleave", () => lane.classList.remove("target"));
  lane.addEventListener("drop", (event) => {
    event.preventDefault();
    lane.classList.remove("target");
    const form = carried?.querySelector("form");
    if (!form || lane.contains(carried)) return;
    const stage = document.createElement("input");
    stage.type = "hidden";
    stage.name = "stage";
    stage.value = lane.dataset.stage;
    form.append(stage);
    form.submit();
  });
}
