// <form data-once>: a second submit is ignored until an answer comes; the button shows that it works.
// data-once="download": the answer is a file and the page stays, so the button is free again after a moment.

const FORM = "form[data-once]";
const MOMENT = 3000; // ms

const buttonsAtWork = new WeakMap();

/** Lets the form be sent again; faults.js keeps it busy with data-asking while it asks whether the server is there. */
export function release(form) {
    delete form.dataset.onceBusy;
    form.removeAttribute("aria-busy");
    const button = buttonsAtWork.get(form);
    button?.classList.remove("btn-loading");
    button?.removeAttribute("aria-disabled");
}

function hold(form, button) {
    form.dataset.onceBusy = "";
    form.setAttribute("aria-busy", "true");
    if (button) {
        // aria-disabled and not disabled: the button's own name and value must be sent, and the focus stays
        button.classList.add("btn-loading");
        button.setAttribute("aria-disabled", "true");
        buttonsAtWork.set(form, button);
    }
}

function pageStays(form) {
    return form.dataset.once === "download" || (form.target && form.target !== "_self");
}

document.addEventListener(
    "submit",
    (event) => {
        const form = event.target;
        if (!form.matches(FORM)) {
            return;
        }
        if ("onceBusy" in form.dataset) {
            event.preventDefault();
            event.stopImmediatePropagation();
            return;
        }
        hold(form, event.submitter ?? form.querySelector("[type=submit]"));
        const goesByHtmx = form.closest("[hx-post], [hx-get], [hx-put], [hx-delete], [hx-boost]");
        setTimeout(() => event.defaultPrevented && !goesByHtmx && !("asking" in form.dataset) && release(form), 0);
        if (pageStays(form)) {
            setTimeout(() => release(form), MOMENT);
        }
    },
    true, // before htmx, which listens at the form itself
);

document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt.closest?.(FORM);
    if (form) {
        release(form);
    }
});

// back from the next page: the browser shows this one as it was left
window.addEventListener("pageshow", () => document.querySelectorAll(FORM).forEach(release));
