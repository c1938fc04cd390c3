// Asking for leave: whole days have a last day, hours have times; the rest is not shown and not sent.
(() => {
  "use strict";

  const part = document.querySelector("form select[name=part]");
  if (!part) return;
  const needed = { last: "days", begins: "hours", ends: "hours" };

  function fold() {
    for (const [name, value] of Object.entries(needed)) {
      const field = part.form.elements[name];
      const shown = part.value === value;
      field.closest("[id^=div_]").hidden = !shown;
      field.disabled = !shown;
    }
  }

  part.addEventListener("change", fold);
  fold();
})();
