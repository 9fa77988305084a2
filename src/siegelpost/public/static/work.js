// The task of form.js, beside the page: a number with which SHA-256 of "stamp:address:number" begins with so many zero bits.
"use strict";
const AT_ONCE = 256;

const zeros = (digest) => {
    let bits = 0;
    for (const byte of new Uint8Array(digest)) {
        if (byte) {
            return bits + Math.clz32(byte) - 24;
        }
        bits += 8;
    }
    return bits;
};

self.onmessage = async ({ data: { stamp, address, bits } }) => {
    const encoder = new TextEncoder();
    for (let first = 0; ; first += AT_ONCE) {
        const tries = Array.from({ length: AT_ONCE }, (_, more) => crypto.subtle.digest("SHA-256", encoder.encode(`${stamp}:${address}:${first + more}`)));
        const found = (await Promise.all(tries)).findIndex((digest) => zeros(digest) >= bits);
        if (found >= 0) {
            self.postMessage({ address, number: String(first + found) });
            return;
        }
    }
};
