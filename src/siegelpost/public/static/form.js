// Keeps robots out of a sign-up form without asking anybody else: while somebody types, a worker solves a small task for this form and
// this address. Whoever runs no scripts, or where the worker fails, sends the form all the same and gets one more step.
"use strict";
(() => {
    const form = document.querySelector("form[data-task]");
    if (!form || !window.Worker || !window.crypto?.subtle) {
        return;
    }
    const email = form.elements.namedItem("email");
    const work = form.elements.namedItem("work");
    const note = document.getElementById("working");
    const PATIENCE = 15000; // milliseconds; then the slow way is the quicker one
    let worker = null;
    let solved = "";
    let waiting = false;

    const send = () => {
        waiting = false;
        form.submit();
    };

    const begin = () => {
        const address = email.value.trim();
        if (!address || address === solved) {
            return;
        }
        worker?.terminate();
        work.value = "";
        solved = "";
        worker = new Worker(form.dataset.task);
        worker.onmessage = ({ data }) => {
            if (data.address === email.value.trim()) {
                work.value = data.number;
                solved = address;
                if (waiting) {
                    send();
                }
            }
        };
        worker.onerror = () => waiting && send();
        worker.postMessage({ stamp: form.elements.namedItem("stamp").value, address, bits: Number(form.dataset.bits) });
    };

    email.addEventListener("change", begin);
    form.addEventListener("submit", (event) => {
        if (solved === email.value.trim()) {
            return;
        }
        event.preventDefault();
        if (!waiting) {
            waiting = true;
            note.hidden = false;
            begin();
            setTimeout(() => waiting && send(), PATIENCE);
        }
    });
    window.addEventListener("pageshow", () => {
        note.hidden = true;
    });
    if (email.value) {
        begin();
    }
})();
