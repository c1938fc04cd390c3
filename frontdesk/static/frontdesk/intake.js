/* Taking a ticket: only what its kind and category ask for is shown; what holds a text stays. Without it all is there. */
(() => {
  "use strict";
  const hints = document.getElementById("hints");
  const form = hints?.closest("form");
  if (!form) return;
  const field = (name) => form.elements[name];
  const withoutVisit = hints.dataset.withoutVisit.split(" ");
  let urgentByCategory = false;

  function show(name, wanted) {
    const place = document.getElementById(`div_id_${name}`);
    if (place) place.hidden = !wanted && !field(name).value && !place.querySelector(".is-invalid");
  }
  const asked = () => field("category")?.selectedOptions[0]?.dataset || {};
  function arrange() {
    const { visit, place } = asked();
    const comes = visit !== "no" && !withoutVisit.includes(field("kind").value) && !field("answered_on_the_spot").checked;
    show("visit_from", comes);
    show("visit_to", comes);
    show("due_at", !field("answered_on_the_spot").checked);
    show("place", place !== "no" || !field("unit").value);
    show("reply", field("answered_on_the_spot").checked);
    form.classList.toggle("is-answered", field("answered_on_the_spot").checked); // nothing is due any more
  }
  form.addEventListener("change", (event) => {
    if (event.target === field("category")) {
      const urgent = asked().urgent === "yes";
      if (urgent || urgentByCategory) field("urgent").checked = urgent;
      urgentByCategory = urgent;
    } else if (event.target === field("urgent")) urgentByCategory = false;
    arrange();
    if (event.target === field("answered_on_the_spot") && event.target.checked) field(field("subject").value ? "reply" : "subject").focus();
  });
  arrange();

  /* ---- once the form is on its way nobody needs hints: none is asked for, none is broken off with an error ---- */
  let asking;
  hints.addEventListener("htmx:beforeRequest", (event) => { if (form.dataset.sent) event.preventDefault(); });
  hints.addEventListener("htmx:beforeSend", (event) => { asking = event.detail.xhr; });
  form.addEventListener("submit", () => {
    if (!asking) return;
    asking.onabort = asking.onerror = null;
    asking.abort();
  });

  if (form.querySelector(".is-invalid, .alert") || document.activeElement !== document.body) return;
  if (!field("unit").value) field("unit").tomselect?.focus(); // the phone is at the ear: begin to type
  else field("subject").focus();
})();
