// Short messages in #toasts. The server writes them visible, so they are there without scripts too:
//
//   <div id="toasts" class="toasts">
//     <div class="toast show" data-toast="success|info|warning|danger" role="status">
//       <div class="toast-body">text</div>
//       <button type="button" class="btn-close" data-toast-close aria-label="Close"></button>
//     </div>
//   </div>
//
// They go after 6 s, unless the pointer or the focus is on them; warnings and errors stay until they are closed.
// Words: close.

import { onArrival } from "./ready.js";
import { word } from "./words.js";

const SHOWN_FOR = 6000; // ms; long enough to read two lines
const FADE = 200; // ms, as in toasts.css
const STAYS = ["danger", "warning"];

function close(toast) {
    toast.classList.add("toast-leaves");
    setTimeout(() => toast.remove(), FADE);
}

function watch(toast) {
    toast.dataset.toastSeen = "";
    if (STAYS.includes(toast.dataset.toast)) {
        return;
    }
    let timer;
    const start = () => {
        clearTimeout(timer);
        timer = setTimeout(() => close(toast), SHOWN_FOR);
    };
    const stop = () => clearTimeout(timer);
    toast.addEventListener("mouseenter", stop);
    toast.addEventListener("focusin", stop);
    toast.addEventListener("mouseleave", start);
    toast.addEventListener("focusout", start);
    start();
}

function watchAll() {
    document.querySelectorAll("[data-toast]:not([data-toast-seen])").forEach(watch);
}

/** Shows `text` as a toast of `kind` (success, info, warning, danger). */
export function toast(kind, text) {
    const box = document.getElementById("toasts");
    if (!box) {
        return;
    }
    const note = document.createElement("div");
    note.className = "toast show";
    note.dataset.toast = kind;
    note.setAttribute("role", kind === "danger" ? "alert" : "status");
    const body = document.createElement("div");
    body.className = "toast-body";
    body.textContent = text;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn-close";
    button.dataset.toastClose = "";
    button.setAttribute("aria-label", word("close", "Close"));
    note.append(body, button);
    box.append(note);
    watch(note);
}

onArrival(watchAll);
document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-toast-close]")) {
        close(event.target.closest("[data-toast]"));
    }
});
