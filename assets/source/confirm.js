// Typed confirmation: <form data-confirm-typed="WORD"> keeps its submit buttons disabled until
// <input data-confirm-input> holds WORD. The server asks again, so the page works without scripts too.

import { onArrival, within } from "./ready.js";

const FORM = "form[data-confirm-typed]";
const SUBMIT = "button[type=submit], button:not([type]), input[type=submit]";

function check(form) {
    const typed = form.querySelector("[data-confirm-input]")?.value.trim();
    for (const button of form.querySelectorAll(SUBMIT)) {
        button.disabled = typed !== form.dataset.confirmTyped;
    }
}

onArrival((part) => within(part, FORM).forEach(check));
document.addEventListener("input", (event) => {
    const form = event.target.closest?.(FORM);
    if (form) {
        check(form);
    }
});
