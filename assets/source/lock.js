// <body data-lock-after="SECONDS">: without a sign of its person the page is hidden and the session locked; it stays as it is, with all
// that was typed. #cover asks for the password or a passkey. The server decides: it says 423 to whatever a locked session asks.

import { say } from "./passkey.js";

const cover = document.getElementById("cover");
const after = Number(document.body?.dataset.lockAfter) * 1000;
const LOOK = 5_000; // ms between two looks at the clock
const TELL = 60_000; // ms between two signs of life that the server hears of
const SIGNS = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"];
const LOCKED = 423;
const tabs = new BroadcastChannel("siegelpost-lock");
const title = document.title;
let last = Date.now();
let told = Date.now();

const hidden = () => document.body.classList.contains("is-covered");

function hide() {
    if (hidden()) {
        return;
    }
    cover.append(cover.querySelector("template").content.cloneNode(true)); // before that the page holds no second form of anything
    document.body.classList.add("is-covered");
    document.title = cover.querySelector("h1").textContent;
    cover.hidden = false;
    cover.querySelector("input:not([type=hidden]), button")?.focus();
}

function show() {
    document.body.classList.remove("is-covered");
    document.title = title;
    cover.hidden = true;
    cover.querySelectorAll(":scope > :not(template)").forEach((part) => part.remove());
    last = told = Date.now();
}

function headers() {
    return { ...JSON.parse(document.body.getAttribute("hx-headers")), "X-Requested-With": "XMLHttpRequest", Accept: "*/*" };
}

/** Asks whether the session is open; with POST that is a sign of life. */
async function ask(method) {
    try {
        const { status } = await fetch(cover.dataset.aliveUrl, { method, headers: headers(), redirect: "manual", cache: "no-store" });
        if (status === LOCKED) {
            hide();
        } else if (status === 204 && method === "GET" && hidden()) {
            show();
        }
    } catch {
        // no connection: the clock of this page still counts
    }
}

function look() {
    if (hidden()) {
        return;
    }
    if (Date.now() - last >= after) {
        hide();
        tabs.postMessage("lock");
        const body = new URLSearchParams({ lock: "1" });
        fetch(cover.dataset.againUrl, { method: "POST", headers: headers(), body }).catch(() => {});
    } else if (last > told && Date.now() - told >= TELL) {
        told = Date.now();
        ask("POST");
    }
}

async function open(form) {
    const answer = await fetch(cover.dataset.againUrl, { method: "POST", headers: headers(), body: new URLSearchParams(new FormData(form)), redirect: "manual" });
    if (answer.status === 204) {
        show();
        tabs.postMessage("open");
        return;
    }
    const text = answer.status === 422 ? await answer.text() : "";
    const place = form.querySelector("[data-again-said]") ?? form;
    if (text) {
        place.textContent = text;
        place.hidden = false;
    } else {
        location.reload(); // over: the login comes
    }
}

if (cover && after) {
    SIGNS.forEach((kind) => document.addEventListener(kind, () => !hidden() && (last = Date.now()), { passive: true, capture: true }));
    document.addEventListener(
        "submit",
        (event) => {
            if (cover.contains(event.target) && event.target.matches("[data-again]")) {
                event.preventDefault();
                event.stopImmediatePropagation();
                open(event.target).catch(() => say(event.target, ""));
            }
        },
        true,
    );
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && (look(), ask("GET")));
    document.addEventListener("htmx:beforeSwap", (event) => {
        if (event.detail.xhr.status === LOCKED) {
            event.detail.shouldSwap = false;
            hide();
        }
    });
    tabs.addEventListener("message", () => ask("GET")); // another tab was locked or opened: the server knows
    setInterval(look, LOOK);
}
