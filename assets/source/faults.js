// What goes wrong on the way, and where to look when a form comes back.
//
// - Answers 4xx to htmx are shown like any other (a form with its faults, a toast); the server says where.
// - No connection, or an answer 5xx: a toast. Nothing that was typed is lost: a form that would leave the page for the
//   browser's own page of errors is not sent.
// - The first field with a fault, or [data-focus], gets the focus.
//
// Words: offline, failed.

import { onArrival, within } from "./ready.js";
import { toast } from "./toasts.js";
import { word } from "./words.js";

document.addEventListener("htmx:beforeSwap", (event) => {
    const { status } = event.detail.xhr;
    if (status >= 400 && status < 500) {
        event.detail.shouldSwap = true;
        event.detail.isError = false;
    }
});

document.addEventListener("htmx:sendError", () => {
    toast("danger", word("offline", "The server cannot be reached. Nothing was changed."));
});

const reached = new WeakSet();

/** Without a network a server on the same machine may still answer, so it is asked. */
async function sendIfReached(form, submitter) {
    try {
        await fetch("/healthz", { cache: "no-store" });
    } catch {
        toast("danger", word("offline", "The server cannot be reached. Nothing was changed."));
        return;
    }
    reached.add(form);
    form.requestSubmit(submitter);
}

document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!navigator.onLine && !event.defaultPrevented && !reached.delete(form)) {
        event.preventDefault();
        sendIfReached(form, event.submitter);
    }
});

document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status >= 500) {
        toast("danger", word("failed", "That did not work. Please try again."));
    }
});

onArrival((part) => (within(part, "[data-focus]")[0] ?? within(part, ".is-invalid")[0])?.focus());
