// <button data-copy="#id">: copies the text or value of the element and says so beside the button for 2 s.
// Words: copied, copy-failed.

import { word } from "./words.js";

const SHOWN_FOR = 2000; // ms

/** For pages that come without TLS, where the browser has no clipboard for us. */
function copyBySelection(text) {
    const field = document.createElement("textarea");
    field.className = "visually-hidden";
    field.value = text;
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
}

async function copy(text) {
    try {
        await navigator.clipboard.writeText(text);
        return true;
    } catch {
        return copyBySelection(text);
    }
}

function say(button, text) {
    button.querySelector(".copied-note")?.remove();
    const note = document.createElement("span");
    note.className = "copied-note";
    note.setAttribute("role", "status");
    button.append(note);
    note.textContent = text; // after it is in the page, so that screen readers notice
    setTimeout(() => note.remove(), SHOWN_FOR);
}

document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-copy]");
    const source = button && document.querySelector(button.dataset.copy);
    if (source) {
        const done = await copy((source.value ?? source.textContent).trim());
        button.focus();
        say(button, done ? word("copied", "Copied") : word("copyFailed", "Could not be copied"));
    }
});
