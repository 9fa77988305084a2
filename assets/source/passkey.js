// Passkeys (WebAuthn). <form data-passkey="create|get"> has a hidden field "credential", a button [data-passkey-go] and a place
// [data-passkey-said] for what went wrong. What is asked for stands in data-options, or comes from the address data-options-from.
//
// Words: passkey-none (no support), passkey-failed (refused, cancelled or too late).

import { word } from "./words.js";

async function asked(form) {
    if (form.dataset.options) {
        return JSON.parse(form.dataset.options);
    }
    const answer = await fetch(form.dataset.optionsFrom, { headers: { "X-Requested-With": "XMLHttpRequest" }, cache: "no-store" });
    return (await answer.json()).request_options;
}

/** Lets the browser make or use a passkey; returns what it signed, as text. */
export async function sign(form) {
    const { publicKey } = await asked(form);
    const isNew = form.dataset.passkey === "create";
    const credential = isNew
        ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) })
        : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) });
    return JSON.stringify(credential.toJSON());
}

export function say(form, text) {
    const place = form.querySelector("[data-passkey-said]");
    place.textContent = text;
    place.hidden = !text;
}

document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-passkey-go]");
    if (!button) {
        return;
    }
    const { form } = button;
    say(form, "");
    if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON) {
        say(form, word("passkeyNone", "This browser knows no passkeys, or is too old for them."));
        return;
    }
    try {
        form.elements.credential.value = await sign(form);
    } catch {
        say(form, word("passkeyFailed", "That did not work. Try again, or choose another way."));
        return;
    }
    form.requestSubmit();
});
