// A pass opened by the phone's own camera is looked up at once, as if its number had been typed.
(() => {
  "use strict";
  document.querySelector("form[data-at-once]")?.requestSubmit();
})();
