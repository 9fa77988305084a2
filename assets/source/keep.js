// <form data-keep="NAME">: nothing that was typed gets lost.
//
// - Leaving with unsaved changes asks first.
// - What was typed lies in this tab's sessionStorage until the server has it. When the page comes back (lost session,
//   lost connection, wrong button) it is filled in again, with a notice and a button to discard it.
// - If the saved text has changed meanwhile, nothing is overwritten: the notice offers what was typed.
// - Any element with data-kept-clear="NAME" in a page says that NAME is saved; "*" forgets everything (after logging out).
// - Passwords, files, hidden fields and fields with data-keep-not are left out.
//
// Words: kept-restored, kept-older, kept-use, kept-discard.

import { onArrival, within } from "./ready.js";
import { word } from "./words.js";

const PREFIX = "siegelpost-keep:";
const FORM = "form[data-keep]";
const PAUSE = 300; // ms without typing before it is written
const LEFT_OUT = ["hidden", "password", "file", "submit", "button", "image", "reset"];

const states = new Map();

const storage = {
    read(name) {
        try {
            return JSON.parse(sessionStorage.getItem(PREFIX + name));
        } catch {
            return null;
        }
    },
    write(name, kept) {
        try {
            sessionStorage.setItem(PREFIX + name, JSON.stringify(kept));
        } catch {
            // full or switched off: the question before leaving is still asked
        }
    },
    forget(name) {
        try {
            const names = name === "*" ? Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX)) : [PREFIX + name];
            names.forEach((key) => sessionStorage.removeItem(key));
        } catch {
            // nothing was stored
        }
    },
};

function fields(form) {
    return [...form.elements].filter((field) => field.name && !LEFT_OUT.includes(field.type) && !("keepNot" in field.dataset));
}

function valueOf(field) {
    if (field.type === "checkbox" || field.type === "radio") {
        return field.checked;
    }
    return field.type === "select-multiple" ? [...field.selectedOptions].map((option) => option.value) : field.value;
}

/** What the server wrote into the field; after a reload the browser may already have put something else there. */
function valueAsServed(field) {
    if (field.type === "checkbox" || field.type === "radio") {
        return field.defaultChecked;
    }
    if (field.type === "select-multiple") {
        return [...field.options].filter((option) => option.defaultSelected).map((option) => option.value);
    }
    if (field.type === "select-one") {
        const options = [...field.options];
        return (options.find((option) => option.defaultSelected) ?? options.find((option) => !option.disabled))?.value ?? "";
    }
    return field.defaultValue;
}

/** All values as pairs of a field's key and its value; the key counts fields of one name. */
function snapshot(form, read = valueOf) {
    const seen = {};
    return fields(form).map((field) => {
        seen[field.name] = (seen[field.name] ?? 0) + 1;
        return [`${field.name}#${seen[field.name]}`, read(field)];
    });
}

function fill(form, values) {
    const wanted = new Map(values);
    const keys = snapshot(form).map(([key]) => key);
    fields(form).forEach((field, at) => {
        const value = wanted.get(keys[at]);
        if (value === undefined) {
            return;
        }
        if (field.type === "checkbox" || field.type === "radio") {
            field.checked = value;
        } else if (field.type === "select-multiple") {
            [...field.options].forEach((option) => (option.selected = value.includes(option.value)));
        } else {
            field.value = value;
        }
        field.dispatchEvent(new Event("input", { bubbles: true }));
        field.dispatchEvent(new Event("change", { bubbles: true }));
    });
}

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

function button(text, act) {
    const element = document.createElement("button");
    element.type = "button";
    element.className = "btn btn-sm";
    element.textContent = text;
    element.addEventListener("click", act);
    return element;
}

function notice(form, text, ...buttons) {
    form.previousElementSibling?.matches("[data-kept-notice]") && form.previousElementSibling.remove();
    const box = document.createElement("div");
    box.className = "alert alert-info kept-notice";
    box.dataset.keptNotice = "";
    box.setAttribute("role", "status");
    const sentence = document.createElement("div");
    sentence.textContent = text;
    box.append(sentence, ...buttons);
    buttons.forEach((each) => each.addEventListener("click", () => box.remove()));
    form.before(box);
}

function bringBack(form, state, kept) {
    const discard = button(word("keptDiscard", "Discard"), () => {
        fill(form, state.saved);
        storage.forget(state.name);
    });
    if (same(kept.saved, state.saved)) {
        fill(form, kept.typed);
        notice(form, word("keptRestored", "Your unsaved changes are back."), discard);
    } else {
        const use = button(word("keptUse", "Use it"), () => fill(form, kept.typed));
        notice(form, word("keptOlder", "This was changed meanwhile. What you typed before is still there."), use, discard);
    }
}

function start(form) {
    if (states.has(form)) {
        return;
    }
    const state = { name: form.dataset.keep, saved: snapshot(form, valueAsServed), leaving: false, timer: 0 };
    states.set(form, state);
    const kept = storage.read(state.name);
    if (!kept) {
        return;
    }
    if (!same(kept.typed, state.saved)) {
        bringBack(form, state, kept);
    } else if (form.querySelector(".is-invalid, .alert-danger")) {
        state.saved = kept.saved; // the server sent it back with faults: still unsaved
    } else {
        storage.forget(state.name);
    }
}

function remember(form) {
    const state = states.get(form);
    clearTimeout(state.timer);
    state.timer = setTimeout(() => {
        const typed = snapshot(form);
        if (same(typed, state.saved)) {
            storage.forget(state.name);
        } else {
            storage.write(state.name, { saved: state.saved, typed });
        }
    }, PAUSE);
}

function saved(name) {
    storage.forget(name);
    for (const [form, state] of states) {
        if (state.name === name || name === "*") {
            clearTimeout(state.timer);
            state.saved = snapshot(form);
        }
    }
}

onArrival((part) => {
    for (const form of states.keys()) {
        if (!form.isConnected) {
            states.delete(form);
        }
    }
    within(part, "[data-kept-clear]").forEach((element) => saved(element.dataset.keptClear));
    within(part, FORM).forEach(start);
});

for (const kind of ["input", "change"]) {
    document.addEventListener(kind, (event) => {
        const form = event.target.form ?? event.target.closest?.("form");
        if (form && states.has(form)) {
            remember(form);
        }
    });
}

document.addEventListener("submit", (event) => {
    const state = states.get(event.target);
    if (state && event.target.target !== "_blank") {
        state.leaving = !event.defaultPrevented; // htmx sends it without leaving
        storage.write(state.name, { saved: state.saved, typed: snapshot(event.target) });
    }
});

document.addEventListener("htmx:afterRequest", () => states.forEach((state) => (state.leaving = false)));
window.addEventListener("pageshow", () => states.forEach((state) => (state.leaving = false)));
window.addEventListener("beforeunload", (event) => {
    for (const [form, state] of states) {
        if (form.isConnected && !state.leaving && !same(snapshot(form), state.saved)) {
            event.preventDefault();
            return;
        }
    }
});
