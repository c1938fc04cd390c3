// A counted print: the browser prints at once; afterwards Enter leads to the next household.
(() => {
  "use strict";
  window.addEventListener("afterprint", () => document.querySelector("[data-after-print]")?.focus());
  window.addEventListener("load", () => window.print());
})();
