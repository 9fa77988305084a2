// <form data-keep>: nothing that was typed gets lost.
//
// - Leaving with unsaved changes asks first.
// - What was typed lies in this tab's sessionStorage until the server has it, under the address that the form is sent to:
//   it names the tenant and what is changed there, so no form gets the text of another one. When the page comes back
//   (lost session, lost connection, wrong button) it is filled in again, with a notice and a button to discard it.
// - It stands in <head> and blocks: what is typed before the other scripts came is put by like everything else. Texts are filled in
//   once those came, for fields that come only when others are filled need them; what was typed meanwhile goes before.
// - If what is stored has changed meanwhile, nothing is overwritten: the notice offers what was typed.
// - Each sending carries a mark of its own (field "kept"). <body data-kept-taken="MARKS"> names those that are stored now:
//   they are forgotten. <body data-kept-answered="MARK"> stands in the page that a refused sending came back with.
// - <body data-kept-by="PERSON">: what somebody else typed in this tab is forgotten. Sending <form data-kept-forget>
//   (logging out) forgets everything, in all tabs.
// - Passwords, files, hidden fields and fields with data-keep-not are left out.
//
// Words: kept-restored, kept-older, kept-use, kept-discard.

import { onArrival, onRead, within } from "./ready.js";
import { word } from "./words.js";

const PREFIX = "siegelpost-keep:";
const FORM = "form[data-keep]";
const PAUSE = 300; // ms without typing before it is written
const LEFT_OUT = ["hidden", "password", "file", "submit", "button", "image", "reset"];

const states = new Map();
const touched = new WeakSet(); // fields in which something was typed on this visit
const tabs = new BroadcastChannel("siegelpost-keep");

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
            sessionStorage.setItem(PREFIX + name, JSON.stringify({ ...kept, by: document.body.dataset.keptBy }));
        } catch {
            // full or switched off: the question before leaving is still asked
        }
    },
    forget(unwanted) {
        try {
            const names = Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX));
            names.filter((key) => unwanted(key.slice(PREFIX.length))).forEach((key) => sessionStorage.removeItem(key));
        } catch {
            // nothing was stored
        }
    },
};

function nameOf(form) {
    return new URL(form.getAttribute("action") || location.href, location.href).pathname;
}

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

/** Puts values into the fields of `form` that lie in `part`; returns those for which there is no field. */
function fill(form, values, part = form) {
    const wanted = new Map(values);
    const keys = snapshot(form).map(([key]) => key);
    const rest = new Map(values);
    fields(form).forEach((field, at) => {
        const value = wanted.get(keys[at]);
        if (value === undefined || !part.contains(field)) {
            return;
        }
        rest.delete(keys[at]);
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
    return [...rest];
}

/** What stands in the form, and what waits to come back into it; what was typed on this visit goes before. */
function typedIn(form, { kept, awaited }) {
    const waiting = new Map(kept?.typed ?? awaited);
    const all = fields(form);
    const here = snapshot(form).map(([key, value], at) => {
        const earlier = kept && !touched.has(all[at]) ? waiting.get(key) : undefined;
        waiting.delete(key);
        return [key, earlier ?? value];
    });
    return [...here, ...waiting];
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

function bringBack(form, state) {
    const { kept } = state;
    const typed = typedIn(form, state);
    state.kept = null;
    const put = (values) => {
        state.awaited = fill(form, values); // some fields come only when others are filled in
    };
    const discard = button(word("keptDiscard", "Discard"), () => {
        put(state.saved);
        storage.forget((name) => name === state.name);
    });
    if (same(kept.saved, state.saved)) {
        put(typed);
        notice(form, word("keptRestored", "Your unsaved changes are back."), discard);
    } else {
        const use = button(word("keptUse", "Use it"), () => put(typed));
        notice(form, word("keptOlder", "This was changed meanwhile. What you typed before is still there."), use, discard);
    }
}

function start(form) {
    if (states.has(form)) {
        return;
    }
    const state = { name: nameOf(form), saved: snapshot(form, valueAsServed), awaited: [], kept: null, leaving: false, timer: 0 };
    states.set(form, state);
    const kept = storage.read(state.name);
    if (kept?.mark && kept.mark === document.body.dataset.keptAnswered) {
        state.saved = kept.saved; // sent back with faults: what stands here is not stored
    } else if (kept && same(kept.typed, state.saved)) {
        storage.forget((name) => name === state.name);
    } else {
        state.kept = kept;
    }
    if (fields(form).some((field) => touched.has(field))) {
        writeSoon(form, state); // the page was still being read
    }
}

function write(form, state, mark) {
    clearTimeout(state.timer);
    state.timer = 0;
    if (!mark && !state.kept && same(snapshot(form), state.saved)) {
        storage.forget((name) => name === state.name);
    } else {
        storage.write(state.name, { saved: (state.kept ?? state).saved, typed: typedIn(form, state), mark });
    }
}

function writeSoon(form, state) {
    clearTimeout(state.timer);
    state.timer = setTimeout(write, PAUSE, form, state);
}

function forgetAll() {
    states.forEach((state) => {
        clearTimeout(state.timer);
        state.timer = 0;
    });
    storage.forget(() => true);
}

/** Forgets what is stored by now, and what somebody else typed here before. */
function tidy({ keptBy, keptTaken = "" }) {
    const taken = keptTaken.split(" ");
    storage.forget((name) => {
        const kept = storage.read(name);
        return keptBy && (kept?.by !== keptBy || taken.includes(kept.mark));
    });
}

onRead(() => {
    tidy(document.body.dataset);
    within(document, FORM).forEach(start);
});

onArrival((part) => {
    for (const [form, state] of states) {
        if (!form.isConnected) {
            states.delete(form);
        } else if (part !== form && form.contains(part)) {
            state.awaited = fill(form, state.awaited, part);
        }
    }
    within(part, FORM).forEach(start);
    states.forEach((state, form) => state.kept && bringBack(form, state));
});

for (const kind of ["input", "change"]) {
    document.addEventListener(kind, (event) => {
        touched.add(event.target);
        const form = event.target.form ?? event.target.closest?.("form");
        const state = states.get(form);
        if (state) {
            writeSoon(form, state);
        }
    });
}

// at the window, which hears of it after all that may prevent it
window.addEventListener("submit", (event) => {
    const form = event.target;
    const state = states.get(form);
    if (state && !event.defaultPrevented) {
        state.leaving = true;
        state.mark = state.kept ? undefined : crypto.getRandomValues(new Uint32Array(4)).join("-"); // what still waits is not sent
        write(form, state, state.mark);
    } else if ("keptForget" in form.dataset) {
        forgetAll();
        tabs.postMessage("forget");
    }
});

document.addEventListener("formdata", (event) => {
    const state = states.get(event.target);
    if (state?.mark) {
        event.formData.set("kept", state.mark);
    }
});

tabs.addEventListener("message", forgetAll);
window.addEventListener("pageshow", () => states.forEach((state) => (state.leaving = false)));
window.addEventListener("pagehide", () => states.forEach((state, form) => state.timer && write(form, state)));
window.addEventListener("beforeunload", (event) => {
    for (const [form, state] of states) {
        if (form.isConnected && !state.leaving && !same(snapshot(form), state.saved)) {
            event.preventDefault();
            return;
        }
    }
});
