// Lending keys: only what is asked of whoever came is shown; the rest is folded away and not sent.
(() => {
  "use strict";

  function fold(form) {
    const chosen = form.querySelector("input[name=borrower]:checked");
    form.querySelectorAll("[data-for]").forEach((part) => {
      const shown = chosen !== null && part.dataset.for.split(" ").includes(chosen.value);
      part.hidden = !shown;
      part.querySelectorAll("input, select, textarea").forEach((field) => { field.disabled = !shown; });
    });
  }

  const all = (root) => root.querySelectorAll("form").forEach((form) => {
    if (form.querySelector("input[name=borrower]")) fold(form);
  });
  document.addEventListener("change", (event) => {
    if (event.target.name === "borrower") fold(event.target.form);
  });
  document.addEventListener("htmx:afterSettle", () => all(document));
  all(document);
})();
