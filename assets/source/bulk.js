// <form data-bulk>: rows to choose and one act for all of them.
//
//   [data-bulk-all]    checkbox in the head: all rows of this page (hidden in the page's source, shown by this script)
//   [data-bulk-one]    checkbox of a row
//   [data-bulk-bar]    buttons; without scripts always there, with scripts once a row is chosen
//   [data-bulk-count]  gets the number of chosen rows

import { onArrival, within } from "./ready.js";

const FORM = "form[data-bulk]";
let lastTouched = null;

function show(form) {
    const rows = [...form.querySelectorAll("[data-bulk-one]")];
    const chosen = rows.filter((row) => row.checked);
    rows.forEach((row) => row.closest("tr")?.classList.toggle("is-chosen", row.checked));
    for (const all of form.querySelectorAll("[data-bulk-all]")) {
        all.hidden = false;
        all.disabled = rows.length === 0;
        all.checked = rows.length > 0 && chosen.length === rows.length;
        all.indeterminate = chosen.length > 0 && chosen.length < rows.length;
    }
    form.querySelectorAll("[data-bulk-bar]").forEach((bar) => (bar.hidden = chosen.length === 0));
    form.querySelectorAll("[data-bulk-count]").forEach((count) => (count.textContent = chosen.length.toLocaleString(document.documentElement.lang || undefined)));
}

/** With the shift key: everything between the last touched row and this one. */
function stretch(form, to) {
    const rows = [...form.querySelectorAll("[data-bulk-one]")];
    const [first, last] = [rows.indexOf(lastTouched), rows.indexOf(to)].sort((a, b) => a - b);
    if (first >= 0) {
        rows.slice(first, last + 1).forEach((row) => (row.checked = to.checked));
    }
}

onArrival((part) => {
    within(part, FORM).forEach(show);
    const around = part.closest?.(FORM);
    if (around) {
        show(around);
    }
});

document.addEventListener("click", (event) => {
    const row = event.target.closest?.("[data-bulk-one]");
    const form = row?.closest(FORM);
    if (form) {
        if (event.shiftKey) {
            stretch(form, row);
        }
        lastTouched = row;
        show(form);
    }
});

document.addEventListener("change", (event) => {
    const form = event.target.closest?.(FORM);
    if (!form) {
        return;
    }
    if (event.target.matches("[data-bulk-all]")) {
        form.querySelectorAll("[data-bulk-one]").forEach((row) => (row.checked = event.target.checked));
    }
    show(form);
});

window.addEventListener("pageshow", () => document.querySelectorAll(FORM).forEach(show));
