// [data-share="12.5"]: width in per cent, 0..100. Attributes of style are not allowed in our pages, so it is set here.

import { onArrival, within } from "./ready.js";

function stretch(bar) {
    const share = Number.parseFloat(bar.dataset.share.replace(",", ".")); // a German page may write 12,5
    if (Number.isFinite(share)) {
        bar.style.width = `${Math.min(100, Math.max(0, share))}%`;
        bar.classList.toggle("is-nothing", share <= 0);
    }
}

onArrival((part) => within(part, "[data-share]").forEach(stretch));
