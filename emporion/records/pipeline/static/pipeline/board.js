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
