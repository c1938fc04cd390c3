// A routine: only what the chosen cycle needs is shown; what is hidden keeps its value and is sent with it.
(() => {
  "use strict";

  const cycle = document.querySelector("form select[name=cycle]");
  if (!cycle) return;
  const needed = { times: ["week"], weekday: ["weekday"], day: ["month", "year"], month: ["year"] };

  function fold() {
    for (const [name, cycles] of Object.entries(needed)) {
      cycle.form.elements[name].closest("[id^=div_]").hidden = !cycles.includes(cycle.value);
    }
  }

  cycle.addEventListener("change", fold);
  fold();
})();
