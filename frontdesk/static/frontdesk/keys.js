// Lending keys: only what is asked of whoever came is shown, what they must answer is marked, the rest is not sent.
// Lending and taking back begin in the first field that needs an answer, or on the button when none does.
(() => {
  "use strict";

  const says = (part, name, value) => (part.dataset[name] || "").split(" ").includes(value);

  function fold(form) {
    const chosen = form.querySelector("input[name=borrower]:checked")?.value ?? "";
    const hasTicket = Boolean(form.elements.ticket?.value) && chosen === "colleague";
    form.querySelectorAll("[data-for]").forEach((part) => {
      const shown = says(part, "for", chosen);
      const field = part.querySelector("input, select, textarea");
      const needed = shown && says(part, "neededFor", chosen) && !(hasTicket && field?.name === "purpose");
      part.hidden = !shown;
      part.classList.toggle("is-needed", needed);
      part.querySelectorAll("input, select, textarea").forEach((one) => {
        one.disabled = !shown;
        if (needed) one.setAttribute("aria-required", "true");
        else one.removeAttribute("aria-required");
      });
    });
  }

  function waits(field) {
    if (field.disabled || !(field.required || field.getAttribute("aria-required") === "true")) return false;
    if (field.type === "hidden" || field.closest("[hidden]")) return false;
    if (field.type === "radio") return !field.form.querySelector(`input[name="${field.name}"]:checked`);
    return field.type === "checkbox" ? !field.checked : !field.value;
  }

  function begin(form) {
    const wrong = form.querySelector(".is-invalid:not([disabled])");
    const place = wrong || [...form.elements].find(waits) || form.querySelector(".toolbar button:not([type=button])");
    if (place?.tomselect) place.tomselect.focus();
    else place?.focus();
  }

  const all = (act) => document.querySelectorAll("#move form").forEach(act);
  const isLending = (form) => form.querySelector("input[name=borrower]") !== null;
  const foldAll = () => all((form) => isLending(form) && fold(form));
  document.addEventListener("change", (event) => {
    if (["borrower", "ticket"].includes(event.target.name) && isLending(event.target.form)) fold(event.target.form);
  });
  document.addEventListener("htmx:afterSettle", () => { foldAll(); all(begin); });
  foldAll();
  all(begin);
})();
