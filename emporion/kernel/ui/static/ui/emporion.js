// Keys, lists and charts. Every page works without this file.
"use strict";

// On a Russian or a Greek keyboard the same key says another letter: then the key itself counts.
const letter = (event) => {
  if (/^[a-z]$/.test(event.key)) return event.key;
  return /^\p{Ll}$/u.test(event.key) && /^Key[A-Z]$/.test(event.code) ? event.code[3].toLowerCase() : "";
};

const typing = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (event.key === "/") {
    event.preventDefault();
    document.getElementById("find")?.focus();
  } else if (event.key === "?") {
    document.getElementById("keys")?.showModal();
  } else if (letter(event) === "t") {
    for (const table of document.querySelectorAll(".chart-table")) table.open = !table.open;
  } else if (letter(event)) {
    // The page's own link knows whom it is about.
    const link = `a[data-key="${letter(event)}"]`;
    (document.querySelector(`main ${link}`) ?? document.querySelector(link))?.click();
  }
});

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

// Who takes a row out means neither the whole page nor all that fit any more.
document.addEventListener("change", (event) => {
  const form = event.target.closest(".bulk-form");
  if (!form) return;
  const rows = [...form.querySelectorAll("tbody input[name=pk]")];
  const page = form.querySelector(".pick-all");
  const all = form.querySelector("input[name=all]");
  if (event.target === page) for (const box of rows) box.checked = page.checked;
  if (event.target === all && all.checked) for (const box of [page, ...rows]) box.checked = true;
  const chosen = rows.filter((box) => box.checked).length;
  if (chosen < rows.length) for (const box of [page, all]) if (box) box.checked = false;
  const said = form.querySelector("[data-chosen]");
  said.textContent = chosen && !all?.checked ? chosen.toLocaleString(document.documentElement.lang) : "";
});
