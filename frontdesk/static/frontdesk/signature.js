// A pad to sign on: what is drawn goes as a PNG into the hidden input beside it.
(() => {
  "use strict";

  function start(pad) {
    if (pad.dataset.ready) return;
    pad.dataset.ready = "1";
    const canvas = pad.querySelector("canvas");
    const input = pad.querySelector("input");
    const pen = canvas.getContext("2d");
    let drawing = false;
    pen.lineWidth = 3;
    pen.lineCap = pen.lineJoin = "round";
    pen.strokeStyle = "#102a31";
    const place = (event) => {
      const box = canvas.getBoundingClientRect();
      return [((event.clientX - box.left) * canvas.width) / box.width, ((event.clientY - box.top) * canvas.height) / box.height];
    };
    canvas.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      drawing = true;
      canvas.setPointerCapture(event.pointerId);
      pen.beginPath();
      pen.moveTo(...place(event));
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!drawing) return;
      pen.lineTo(...place(event));
      pen.stroke();
    });
    const end = () => {
      if (!drawing) return;
      drawing = false;
      input.value = canvas.toDataURL("image/png");
    };
    canvas.addEventListener("pointerup", end);
    canvas.addEventListener("pointercancel", end);
    pad.querySelector("[data-wipe]").addEventListener("click", () => {
      pen.clearRect(0, 0, canvas.width, canvas.height);
      input.value = "";
    });
  }

  const all = (root) => root.querySelectorAll("[data-signature]").forEach(start);
  all(document);
  document.addEventListener("htmx:afterSettle", (event) => all(event.target));
})();
