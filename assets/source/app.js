// Every page. Each module looks after one kind of data-* attribute; pages work without any of them.

import "@tabler/core/js/src/bootstrap/alert";
import "@tabler/core/js/src/bootstrap/collapse";
import "@tabler/core/js/src/bootstrap/dropdown";
import "@tabler/core/js/src/bootstrap/modal";
import "@tabler/core/js/src/bootstrap/tab";
import "./bars.js";
import "./bulk.js";
import "./confirm.js";
import "./copy.js";
import "./faults.js";
import "./fit.js";
import "./lock.js";
import "./once.js";
import "./passkey.js";
import "./submits.js";
import "./toasts.js";
