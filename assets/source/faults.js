// What goes wrong on the way, and where to look when a form comes back.
//
// - Answers 4xx to htmx are shown like any other (a form with its faults, a toast); the server says where.
// - No connection, or an answer 5xx: a toast. Nothing that was typed is lost: before a form with text (data-keep) is sent,
//   the server is asked whether it is there; where it is not, the page stays and the browser's own page of errors does not come.
// - The first field with a fault, or [data-focus], gets the focus.
//
// Words: offline, failed.

import { release } from "./once.js";
import { onArrival, within } from "./ready.js";
import { toast } from "./toasts.js";
import { word } from "./words.js";

const PATIENCE = 10_000; // ms; a busy server answers this one in a few

document.addEventListener("htmx:beforeSwap", (event) => {
    const { status } = event.detail.xhr;
    if (status >= 400 && status < 500 && status !== 423) {
        event.detail.shouldSwap = true;
        event.detail.isError = false;
    }
});

document.addEventListener("htmx:sendError", () => {
    toast("danger", word("offline", "The server cannot be reached. Nothing was changed."));
});

const reached = new WeakSet();

/** Whatever it answers, also that this address is closed; only a proxy without a server behind it says 5xx. */
async function isReached() {
    try {
        const { status } = await fetch("/healthz", { cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(PATIENCE) });
        return status < 500;
    } catch {
        return false;
    }
}

async function sendIfReached(form, submitter) {
    form.dataset.asking = "";
    const isThere = await isReached();
    delete form.dataset.asking;
    release(form);
    if (isThere) {
        reached.add(form);
        form.requestSubmit(submitter);
    } else {
        toast("danger", word("offline", "The server cannot be reached. Nothing was changed."));
    }
}

document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || reached.delete(form) || (navigator.onLine && !form.matches("[data-keep]"))) {
        return;
    }
    event.preventDefault();
    if (!("asking" in form.dataset)) {
        sendIfReached(form, event.submitter);
    }
});

document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status >= 500) {
        toast("danger", word("failed", "That did not work. Please try again."));
    }
});

onArrival((part) => (within(part, "[data-focus]")[0] ?? within(part, ".is-invalid")[0])?.focus());
