// What stands in <head> and blocks: it must be there before anybody sees the page or types into it.

import "./keep.js";
import "./theme.js";
