// Collects the licences of everything that ends up in a bundle, as their authors ask for.

import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const MIT = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation
files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy,
modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the
Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE,
ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

// Packages that name their licence but carry no file with its text.
const WITHOUT_FILE = {
    "@tabler/core": `Copyright 2018-2026 The Tabler Authors\nCopyright 2018-2026 codecalm.net Paweł Kuna\nContains Bootstrap, copyright 2011-2026 The Bootstrap Authors (MIT)\n\n${MIT}`,
};

const HTMX = `htmx (0BSD)

Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted.

THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH REGARD TO THIS SOFTWARE INCLUDING ALL IMPLIED
WARRANTIES OF MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR ANY SPECIAL, DIRECT, INDIRECT, OR
CONSEQUENTIAL DAMAGES OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN ACTION OF CONTRACT,
NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF THIS SOFTWARE.`;

function textOf(folder, name) {
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    if (file) {
        return readFileSync(join(folder, file), "utf8").trim();
    }
    if (!(name in WITHOUT_FILE)) {
        throw new Error(`${name} has no licence file: add its text to licenses.mjs`);
    }
    return WITHOUT_FILE[name];
}

/** Text with the licence of each package that `inputs` (paths of bundled files) come from. */
export function licenses(here, inputs) {
    const names = new Set(["@tabler/icons"]);
    for (const input of inputs) {
        const found = input.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\//);
        if (found) {
            names.add(found[1]);
        }
    }
    const parts = [...names].sort().map((name) => {
        const folder = join(here, "node_modules", name);
        if (!existsSync(folder)) {
            throw new Error(`${name} is not installed`);
        }
        const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
        return `${name} ${version} (${license})\n\n${textOf(folder, name)}`;
    });
    return `${[...parts, HTMX].join("\n\n----------------------------------------\n\n")}\n`;
}
