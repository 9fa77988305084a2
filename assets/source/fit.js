// <iframe data-fit>: as tall as the document in it, which has to be of our origin; without scripts it stays as the style says.

function fit(frame) {
    frame.style.height = "0"; // a page as tall as its window would otherwise never get smaller
    const tall = frame.contentDocument?.documentElement?.scrollHeight;
    frame.style.height = "";
    if (tall) {
        frame.style.height = `${tall + frame.offsetHeight - frame.clientHeight}px`;
    }
}

for (const frame of document.querySelectorAll("iframe[data-fit]")) {
    frame.addEventListener("load", () => fit(frame));
    fit(frame);
}
